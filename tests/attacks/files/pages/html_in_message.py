# tries: a script in an error's message
# sign: active
# outcome: error


def get_net():
    raise ValueError("</pre></script><script>alert(1)</script><img src=x onerror=alert(1)>")
