# tries: quotes and line ends that open a line of its own, with a formula in it
# sign: formula
# control: table
# outcome: error


def get_net():
    raise ValueError('x"\r\n"=1+1","@SUM(A1:A9)\n-2+3+cmd|\'/C calc\'!A0\u2028=1+1')
