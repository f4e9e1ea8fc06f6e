# tries: to steer the terminal: colours, title, clipboard, the cursor
# sign: active
# outcome: error


def get_net():
    raise ValueError("\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x07\x9b1A\r\x08 all right")
