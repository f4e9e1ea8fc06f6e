"""Imports what is usually imported late, for jobs whose root is a folder that holds no Python.

Without Landlock a job is shut into its folder, and from then on nothing can be imported or looked up
on disk: codecs, the standard library's lazier parts and the packages of student code come first.
"""

from __future__ import annotations

import contextlib
import encodings
import importlib
import pkgutil
import warnings
from collections.abc import Iterable
from types import ModuleType
from typing import Final

_STANDARD: Final = (
    "abc argparse array ast asyncio base64 bisect bz2 calendar cmath codecs collections.abc "
    "colorsys concurrent.futures concurrent.futures.thread contextlib contextvars copy copyreg csv "
    "ctypes.util dataclasses datetime decimal difflib dis doctest email.message enum errno "
    "fractions functools gc getopt getpass glob graphlib gzip hashlib heapq hmac html.parser "
    "imaplib importlib.metadata importlib.resources inspect io itertools json.decoder keyword "
    "linecache locale logging.config logging.handlers lzma math mimetypes multiprocessing "
    "multiprocessing.pool multiprocessing.dummy multiprocessing.reduction multiprocessing.popen_fork "
    "multiprocessing.popen_spawn_posix multiprocessing.synchronize multiprocessing.queues "
    "multiprocessing.managers multiprocessing.shared_memory numbers operator optparse "
    "os.path pathlib pdb pickle pickletools platform plistlib pprint profile cProfile pstats queue "
    "random re sched secrets select selectors shelve shlex shutil signal sqlite3 statistics "
    "stringprep string struct subprocess symtable sysconfig tarfile tempfile textwrap threading "
    "time timeit token tokenize trace traceback tracemalloc types typing unicodedata unittest "
    "unittest.mock urllib.parse urllib.request uuid warnings wave weakref xml.etree.ElementTree "
    "xml.dom.minidom zipapp zipfile zipimport zlib zoneinfo _strptime"
).split()
_PACKAGES: Final = (
    "typing_extensions tqdm tqdm.auto tqdm.notebook einops scipy scipy.stats scipy.optimize scipy.signal "
    "scipy.special pandas sklearn sklearn.metrics sklearn.datasets sklearn.linear_model matplotlib "
    "matplotlib.pyplot seaborn PIL.Image yaml numpy.testing numpy.polynomial numpy.fft numpy.ma "
    "torch.nn.functional torch.nn.utils.rnn torch.nn.utils.parametrizations torch.nn.parallel "
    "torch.utils.data torch.utils.data.dataset torch.optim.lr_scheduler torch.optim.swa_utils "
    "torch.distributions torch.autograd.functional torch.autograd.profiler torch.func torch.fft "
    "torch.linalg torch.special torch.testing torch.profiler torchvision "
    "torchvision.datasets torchvision.models "
    "torchvision.transforms torchvision.transforms.functional torchvision.transforms.v2 "
    "torchvision.ops torchvision.utils torchvision.io"
).split()


# Whether jobs of this process will be able to import anything; warm-up functions may ask.
needed = False


def preload() -> None:
    """Import every codec, and each listed module that is installed here."""
    everything_in(encodings)
    _import_each((*_STANDARD, *_PACKAGES))


def everything_in(package: ModuleType) -> None:
    """Import every module of a package, as far as it can be imported here."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda _: None)
    _import_each([module.name for module in found])


def _import_each(names: Iterable[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
