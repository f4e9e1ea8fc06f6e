# tries: to read another process's memory with a system call
# sign: leak
# outcome: error
import ctypes


class Area(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def get_net():
    libc = ctypes.CDLL(None)
    kept = ctypes.create_string_buffer(40)
    mine = Area(ctypes.addressof(kept), 40)
    theirs = Area(@ADDRESS@, 40)
    read = libc.process_vm_readv(@VICTIM@, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0)
    raise RuntimeError(f"{read} {kept.raw!r}")
