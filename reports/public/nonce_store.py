"""Bounded memory of names that were used once."""

import threading
from collections import OrderedDict


class Once:
    """The last `most` names that were used, in the memory of this process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._names: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._names)

    def use(self, name: str) -> bool:
        """Whether this is the first time; from now on it is not."""
        with self._lock:
            if name in self._names:
                return False
            self._names[name] = None
            if len(self._names) > self._most:
                self._names.popitem(last=False)
            return True
