# cython: language_level=3, wraparound=False
"""Counts the letters of a text by kinds of them."""

from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap

from libc.string cimport memset

cdef enum:
    POINTS = 0x110000
    MOST_KINDS = 256
    NOT_MET = 0


cdef class Tally:
    """Counts letters. What kind a character is of, below 255, is asked once and kept in a table, of which only what is
    met takes room.
    """

    cdef object _kind_of
    cdef unsigned char[::1] _table

    def __init__(self, kind_of):
        self._kind_of = kind_of
        self._table = mmap(-1, POINTS, MAP_PRIVATE | MAP_ANONYMOUS)

    def count(self, str text):
        """How often each kind occurs, in the order in which they do."""
        cdef Py_ssize_t[MOST_KINDS] counts
        cdef list order = []
        cdef Py_UCS4 character
        cdef unsigned char kind
        memset(counts, 0, sizeof(counts))
        for character in text:
            kind = self._table[character]
            if kind == NOT_MET:
                kind = self._table[character] = 1 + self._kind_of(character)
            if not counts[kind]:
                order.append(kind - 1)
            counts[kind] += 1
        return [(kind, counts[kind + 1]) for kind in order]
