# cython: language_level=3, wraparound=False
"""Adds up what the pieces of a text weigh, straight from the tables of a model as they are mapped into memory."""

import numpy as np

from cpython cimport array
from libc.math cimport sqrtf

from service.understanding.ngrams cimport Places

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define FETCH(place) __builtin_prefetch(place)
    #else
    #define FETCH(place)
    #endif
    """
    void FETCH(const void *place) noexcept

cdef extern from "Python.h":
    double PyFloat_Unpack2(const char *half, int is_little_endian) except? -1.0
    int PY_LITTLE_ENDIAN

cdef enum:
    UNKNOWN = 0

cdef array.array INTEGERS = array.array("i")


cdef class Scorer:
    """The weights of some classes, and how telling each piece is, for reading (`model.py` says what the tables are)."""

    cdef const int[::1] _rows
    cdef const unsigned short[::1] _telling
    cdef const signed char[:, :] _steps
    cdef const float[::1] _scales
    cdef const float[::1] _bias

    def __init__(self, rows, telling, weights):
        self._rows = rows
        self._telling = telling.view(np.uint16)
        self._steps = weights.steps
        self._scales = weights.scales
        self._bias = weights.bias
        if self._steps.shape[1] != self._scales.shape[0] or self._steps.shape[1] != self._bias.shape[0]:
            raise ValueError("weights, scales and biases are not of the same classes")
        if self._steps.shape[1] > 1 and self._steps.strides[1] != 1:
            raise ValueError("the weights of a piece do not stand side by side")

    def scores(self, Places places):
        """How much the pieces speak for each class: positive for, negative against."""
        scores = np.empty(self._bias.shape[0], dtype=np.float32)
        if len(scores):
            self._add_up(places, scores)
        return scores

    def score(self, Places places, Py_ssize_t column):
        """How much the pieces speak for one class."""
        cdef int[::1] rows = self._known(places)
        cdef int row, total = 0
        for row in rows:
            total += self._steps[row, column]
        return self._score(total, self._length(rows), column)

    def by_word(self, Places places, Py_ssize_t column):
        """How much the pieces of each word speak for a class, in the order in which the words were found."""
        cdef Py_ssize_t at
        cdef dict weights = {}
        for at in range(places.count):
            word = places.words[at]
            weights[word] = weights.get(word, 0) + self._steps[self._rows[places.pieces[at]], column]
        return {word: steps * <double> self._scales[column] for word, steps in weights.items()}

    cdef int _add_up(self, Places places, float[::1] scores) except -1:
        cdef Py_ssize_t classes = self._bias.shape[0], one
        cdef int[::1] rows = self._known(places)
        cdef int[::1] totals = array.clone(INTEGERS, classes, zero=True)
        cdef int *total = &totals[0]
        cdef const signed char *steps
        cdef float length = self._length(rows)
        cdef int row
        for row in rows:
            steps = &self._steps[row, 0]  # checked; those of the other classes stand behind it
            for one in range(classes):
                total[one] += steps[one]
        for one in range(classes):
            scores[one] = self._score(totals[one], length, one)
        return 0

    cdef int[::1] _known(self, Places places):
        """The rows of the pieces that were learned; rows and weights, which lie far apart, begin to come from memory."""
        cdef int[::1] rows = array.clone(INTEGERS, places.count, zero=False)
        cdef Py_ssize_t at, count = 0
        cdef int row
        for at in range(places.count):
            FETCH(&self._rows[places.pieces[at]])
        for at in range(places.count):
            row = self._rows[places.pieces[at]]
            if row != UNKNOWN:
                FETCH(&self._steps[row, 0])
                FETCH(&self._telling[row])
                rows[count] = row
                count += 1
        return rows[:count]

    cdef float _length(self, int[::1] rows) except -1:
        """How long the text is, as a vector of how telling its pieces are; squares of halves add up unrounded."""
        cdef double total = 0.0, telling
        cdef unsigned short half
        cdef int row
        for row in rows:
            half = self._telling[row]
            telling = PyFloat_Unpack2(<const char *> &half, PY_LITTLE_ENDIAN)
            total += telling * telling
        return sqrtf(<float> total) or 1.0

    cdef float _score(self, int total, float length, Py_ssize_t column) except? -1:
        return <float> (total * <double> (self._scales[column] / length) + self._bias[column])
