# cython: language_level=3, wraparound=False
"""Puts for each character of a text what it is levelled to, which for a few hangs on their neighbours.

Between Arabic letters a zero-width non-joiner parts two words; in Indic scripts it only shapes a letter. Half an Indic
nasal before another consonant is written as a dot, for हिन्दी and हिंदी are one word.
"""

from array import array
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap

from libc.stdlib cimport free, malloc

cdef extern from "Python.h":
    enum:
        PyUnicode_4BYTE_KIND
    str PyUnicode_FromKindAndData(int kind, const void *characters, Py_ssize_t count)

# What the table holds of a character that does not become another one; no text is levelled to these.
cdef enum:
    UNKNOWN = 0
    NOTHING = 1
    SEVERAL = 2

cdef enum:
    POINTS = 0x110000
    NON_JOINER = 0x200C
    FIRST_ARABIC = 0x600
    LAST_ARABIC = 0x6FF
    DOT = 0x902
    FIRST_CONSONANT = 0x915
    LAST_CONSONANT = 0x939
    VIRAMA = 0x94D


cdef inline bint is_nasal(Py_UCS4 letter) noexcept:
    return letter in u"ङञणनम"


cdef class Leveller:
    """Levels texts. What a character becomes is asked once and kept in a table, of which only what is met takes room.

    The table is a process's own: one that was forked goes on with a copy of it and of what is kept beside it.
    """

    cdef object _level_character
    cdef unsigned int[::1] _table
    cdef dict _several

    def __init__(self, level_character):
        self._level_character = level_character
        self._table = memoryview(mmap(-1, POINTS * sizeof(unsigned int), MAP_PRIVATE | MAP_ANONYMOUS)).cast("I")
        self._several = {}

    def level(self, str source):
        """A text levelled, and where in it each character came from: None if each became one."""
        cdef Py_ssize_t count = len(source)
        cdef unsigned int *levelled = <unsigned int *>malloc((count + 1) * sizeof(unsigned int))
        if levelled is NULL:
            raise MemoryError
        try:
            if self._look_up(source, levelled):
                return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, levelled, count), None
            write_half_nasals_as_dots(levelled, count)
            return self._write(source, levelled)
        finally:
            free(levelled)

    cdef int _look_up(self, str source, unsigned int *levelled) except -1:
        """Puts for each character what the table holds of it; whether all become one, whatever stands beside them."""
        cdef Py_ssize_t place
        cdef Py_UCS4 character, before = 0
        cdef unsigned int found
        cdef bint is_even = True
        for place, character in enumerate(source):
            found = self._table[character]
            if found == UNKNOWN:
                found = self._meet(character)
            if found == NOTHING or found == SEVERAL or found == VIRAMA:
                is_even = False
            elif character == NON_JOINER:
                is_even = False
                if not FIRST_ARABIC <= before <= LAST_ARABIC:
                    found = NOTHING
            levelled[place] = found
            before = character
        return is_even

    cdef unsigned int _meet(self, Py_UCS4 character) except 0:
        cdef str becomes = self._level_character(character)
        cdef unsigned int found = ord(becomes) if len(becomes) == 1 else SEVERAL if becomes else NOTHING
        if found == SEVERAL:
            self._several[character] = becomes
        self._table[character] = found
        return found

    cdef tuple _write(self, str source, const unsigned int *levelled):
        """The text of what was looked up, with the place in the source of each of its characters."""
        cdef Py_ssize_t place, to = 0, count = 0
        cdef Py_UCS4 character
        for place in range(len(source)):
            if levelled[place] == SEVERAL:
                count += len(self._several[source[place]])
            elif levelled[place] != NOTHING:
                count += 1
        offsets = array("l", bytes(count * sizeof(long)))
        text = array("I", bytes(count * sizeof(unsigned int)))
        cdef long[::1] offset = offsets
        cdef unsigned int[::1] written = text
        for place in range(len(source)):
            if levelled[place] == SEVERAL:
                for character in <str>self._several[source[place]]:
                    written[to], offset[to] = character, place
                    to += 1
            elif levelled[place] != NOTHING:
                written[to], offset[to] = levelled[place], place
                to += 1
        return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, &written[0] if count else NULL, count), offsets


cdef void write_half_nasals_as_dots(unsigned int *levelled, Py_ssize_t count) noexcept:
    cdef Py_ssize_t place
    for place in range(count - 2):
        if (
            levelled[place + 1] == VIRAMA
            and is_nasal(levelled[place])
            and FIRST_CONSONANT <= levelled[place + 2] <= LAST_CONSONANT
        ):
            levelled[place] = DOT
            levelled[place + 1] = NOTHING
