# tries: wide signs and invisible characters before a formula
# sign: formula
# control: table
# outcome: error


def get_net():
    raise ValueError("\u200b\ufeff \u00ad=1+1;\uff1d1\uff0b1;\u2060@SUM(A1);\u22121+cmd")
