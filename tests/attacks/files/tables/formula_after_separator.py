# tries: a formula behind the signs at which other spreadsheets split
# sign: formula
# control: table
# outcome: error


def get_net():
    raise ValueError("harmless;=1+1\t=1+1|=1+1,=1+1;\"=1+1\";'=1+1")
