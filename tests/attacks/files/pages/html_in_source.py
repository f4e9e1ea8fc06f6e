# tries: mark-up in the line of code that is shown for an error
# sign: active
# outcome: error


def get_net():
    raise KeyError("<script>" "alert(1)</script>")  # </code></pre><script>alert(2)</script>
