# cython: language_level=3, wraparound=False
"""Counts the letters of a text by kinds of them."""

from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap

from libc.string cimport memset

cdef enum:
    POINTS = 0x110000
    MOST_KINDS = 256
    NOT_MET = 0


cdef class Kinds:
    """Of what kind characters are, below 255: asked once and kept in a table, of which only what is met takes room."""

    def __init__(self, kind_of):
        self._kind_of = kind_of
        self._table = mmap(-1, POINTS, MAP_PRIVATE | MAP_ANONYMOUS)

    cdef int of(self, Py_UCS4 character) except -1:
        """The kind of a character; the table holds one more."""
        if self._table[character] == NOT_MET:
            self._table[character] = 1 + self._kind_of(character)
        return self._table[character] - 1


cdef class Tally:
    """Counts letters by the kinds that a function tells."""

    cdef Kinds _kinds

    def __init__(self, kind_of):
        self._kinds = Kinds(kind_of)

    def count(self, str text):
        """How often each kind occurs, in the order in which they do."""
        cdef Py_ssize_t[MOST_KINDS] counts
        cdef list order = []
        cdef Py_UCS4 character
        cdef int kind
        memset(counts, 0, sizeof(counts))
        for character in text:
            kind = self._kinds.of(character)
            if not counts[kind]:
                order.append(kind)
            counts[kind] += 1
        return [(kind, counts[kind]) for kind in order]
