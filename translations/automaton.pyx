# cython: language_level=3, wraparound=False
"""Counts what a text has of the features of languages, and weighs it: a naive Bayes classifier behind an automaton.

The automaton goes over the bytes of a text. Each byte leads it from one state to the next, states that lead on alike
share a row of moves, and each state stands for a feature, or for none: -1. What a feature says for each language is
kept in half precision. Every number that comes from a table is checked: a file that is not what it should be raises an
error, it reads nothing else.
"""

from array import array

from libc.math cimport exp, log1p, sqrt
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

cdef extern from *:
    void __builtin_prefetch(const void *address) noexcept

cdef enum:
    NONE = -1


cdef inline float single(unsigned short half) noexcept:
    """A number of half precision; its exponent is brought to where one of single precision has its own."""
    cdef unsigned int bits = ((half & 0x7FFFu) << 13) | ((half & 0x8000u) << 16)
    cdef float number
    memcpy(&number, &bits, sizeof(number))
    return number * <float>5.192296858534828e33  # 2 ** 112


cdef class Automaton:
    """Tells how likely a text is in each language; `weights` has a row for each feature, `bias` an entry a language."""

    cdef const unsigned int[:, ::1] _moves
    cdef const unsigned int[::1] _rows
    cdef const int[::1] _features
    cdef const unsigned short[:, ::1] _weights
    cdef const float[::1] _bias
    cdef int *_counts
    cdef float *_scores

    def __cinit__(self, moves, rows, features, weights, bias):
        self._moves, self._rows, self._features = moves, rows, features
        self._weights, self._bias = weights, bias
        if self._weights.shape[1] != self._bias.shape[0]:
            raise ValueError("weights and bias are of different languages")
        self._counts = <int *>calloc(self._weights.shape[0] + 1, sizeof(int))
        self._scores = <float *>malloc((self._bias.shape[0] + 1) * sizeof(float))
        if self._counts is NULL or self._scores is NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self._counts)
        free(self._scores)

    def shares(self, const unsigned char[::1] text):
        """The share of each language in all likelihood; all have the same of a text without features."""
        cdef int languages = <int>self._bias.shape[0], language
        cdef int *met = <int *>malloc((text.shape[0] + 1) * sizeof(int))
        cdef int different = 0, place
        memset(self._scores, 0, languages * sizeof(float))
        if met is NULL:
            raise MemoryError
        try:
            self._count(text, met, &different)
            if different:
                self._weigh(met, different)
                for language in range(languages):
                    self._scores[language] += self._bias[language]
        finally:
            for place in range(different):
                self._counts[met[place]] = 0
            free(met)
        return self._normalised(sqrt(<double>max(1, text.shape[0])))

    cdef int _count(self, const unsigned char[::1] text, int *met, int *different) except -1:
        """Counts the features of a text and puts each of them, once, where `met` points."""
        cdef unsigned int state = 0
        cdef Py_ssize_t place
        cdef int feature
        for place in range(text.shape[0]):
            state = self._moves[self._rows[state], text[place]]
            feature = self._features[state]
            if feature != NONE:
                if not 0 <= feature < self._weights.shape[0]:
                    raise IndexError("there are no weights for a feature")
                if not self._counts[feature]:
                    met[different[0]] = feature
                    different[0] += 1
                    self._fetch(feature)
                self._counts[feature] += 1
        return 0

    cdef int _fetch(self, int feature) except -1:
        """Calls for the weights of a feature: they may be far away, and arrive while the text is still gone over."""
        cdef Py_ssize_t language
        for language in range(0, self._weights.shape[1], 32):  # so many lie in one line of the processor's cache
            __builtin_prefetch(&self._weights[feature, language])
        return 0

    cdef int _weigh(self, const int *met, int different) except -1:
        """Adds up what the features say for each language."""
        cdef int languages = <int>self._bias.shape[0], language, place
        cdef const unsigned short *weights
        cdef float *scores = self._scores
        cdef float much
        for place in range(different):
            weights = &self._weights[met[place], 0]
            much = <float>log1p(self._counts[met[place]])
            for language in range(languages):
                scores[language] += much * single(weights[language])
        return 0

    cdef _normalised(self, double temperature):
        """Shares of logarithmic scores: the longer the text, the less each feature of it says."""
        cdef int languages = <int>self._bias.shape[0], language
        shares = array("f", bytes(languages * sizeof(float)))
        cdef float[::1] share = shares
        cdef double most = self._scores[0], whole = 0
        for language in range(languages):
            most = max(most, self._scores[language])
        for language in range(languages):
            share[language] = exp((self._scores[language] - most) / temperature)
            whole += share[language]
        for language in range(languages):
            share[language] /= whole
        return shares
