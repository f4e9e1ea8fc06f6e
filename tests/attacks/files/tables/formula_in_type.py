# tries: a formula as the name of an error's type
# sign: formula
# control: table
# outcome: error


def get_net():
    raise type("=WEBSERVICE(CONCATENATE(A1:Z9))", (Exception,), {})("+1")
