# tries: to crash the interpreter
# sign: silence
# outcome: killed
# says: SIGSEGV
import ctypes


def get_net():
    ctypes.string_at(0)
