# cython: language_level=3, wraparound=False
"""Cuts a levelled text into words: runs of letters, numbers with their points and commas, and signs by themselves."""

from translations.letters cimport Kinds

# What characters are to a word, as who makes a `Cutter` tells.
cdef enum:
    OTHER = 0
    SIGN_OF_CHINESE = 1
    LETTER = 2
    DIGIT = 3
    SIGN = 4


def holds_triple(str text):
    """Whether a character stands three times in a row."""
    cdef Py_UCS4 character, before = 0
    cdef int times = 0
    for character in text:
        times = times + 1 if character == before else 1
        before = character
        if times == 3:
            return True
    return False


cdef class Cutter:
    """Cuts texts by the kinds of their characters, which a function tells."""

    cdef Kinds _kinds

    def __init__(self, kind_of):
        self._kinds = Kinds(kind_of)

    def cut(self, str text):
        """Words with their starts, ends and the gaps around them, and before which of them a sentence may end.

        Decimal commas become points. A sentence may end where a gap between two words holds a sign that ends some.
        """
        cdef list words = [], starts = [], ends = [], gaps = [], stops = []
        cdef Py_ssize_t place = 0, end_of_last = 0, start, count = len(text)
        cdef int kind
        cdef bint may_end = False
        while place < count:
            kind = self._kinds.of(text[place])
            if kind == OTHER:
                may_end = may_end or text[place] in u".!?;\n"
                place += 1
                continue
            if may_end and words:
                stops.append(len(words))
            may_end = False
            start = place
            place = self._end(text, start, kind)
            words.append(text[start:place].replace(",", ".") if kind == DIGIT else text[start:place])
            starts.append(start)
            ends.append(place)
            gaps.append(text[end_of_last:start])
            end_of_last = place
        gaps.append(text[end_of_last:])
        return words, starts, ends, gaps, stops

    cdef Py_ssize_t _end(self, str text, Py_ssize_t start, int kind) except -1:
        """Where the word that starts with a character of some kind ends."""
        cdef Py_ssize_t end = start + 1, count = len(text)
        if kind == LETTER:
            while end < count and self._kinds.of(text[end]) == LETTER:
                end += 1
        elif kind == DIGIT:
            while end < count:
                if self._kinds.of(text[end]) == DIGIT:
                    end += 1
                elif text[end] in u".," and end + 1 < count and self._kinds.of(text[end + 1]) == DIGIT:
                    end += 2
                else:
                    break
        return end
