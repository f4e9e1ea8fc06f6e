# tries: a formula in what it prints
# sign: formula
# control: table
# outcome: error


def get_net():
    print("=cmd|'/C calc'!A0")
    raise ValueError("=cmd|'/C calc'!A0")
