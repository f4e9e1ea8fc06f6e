# tries: mark-up in what it prints
# sign: active
# outcome: error


def get_net():
    print("<script>alert(1)</script><iframe src=//example.org></iframe><svg onload=alert(1)>")
    raise ValueError("see above")
