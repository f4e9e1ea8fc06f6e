# tries: a script as the name of an error's type
# sign: active
# outcome: error


def get_net():
    raise type("<img src=x onerror=alert(1)>", (Exception,), {})("<a href=javascript:alert(1)>x</a>")
