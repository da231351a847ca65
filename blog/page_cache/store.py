"""The pages in memory, within a size limit. The least recently used are evicted (LRU)."""

from collections import OrderedDict

from blog.page_cache.responses import CachedResponse, EncodedBody


class Store:
    """Responses by their CacheKey, at most `capacity` bytes of them. Used only in the event loop's thread."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.size = 0
        self.responses: OrderedDict[tuple[str, str], CachedResponse] = OrderedDict()

    def get(self, key) -> CachedResponse | None:
        response = self.responses.get(key)
        if response is not None:
            self.responses.move_to_end(key)
        return response

    def put(self, key, response: CachedResponse) -> None:
        self.discard(key)
        if response.size > self.capacity // 8:
            return  # one page must not evict many others
        self.responses[key] = response
        self.size += response.size
        self._evict()

    def add_coding(self, key, response: CachedResponse, coding: str, encoded: EncodedBody) -> None:
        """Keep a response in a further coding, if it is still in memory."""
        if coding in response.encoded:  # another request was faster
            return
        before = response.size
        response.encoded[coding] = encoded
        if self.responses.get(key) is response:
            self.size += response.size - before
            self._evict()

    def _evict(self):
        while self.size > self.capacity:
            _, oldest = self.responses.popitem(last=False)
            self.size -= oldest.size

    def discard(self, key) -> None:
        response = self.responses.pop(key, None)
        if response is not None:
            self.size -= response.size

    def discard_old(self, is_old) -> None:
        """Remove the responses that have expired."""
        for key in [key for key, response in self.responses.items() if is_old(response)]:
            self.discard(key)
