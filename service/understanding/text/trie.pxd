# cython: language_level=3

cimport cython


@cython.final
cdef class Trie:
    cdef const int[::1] _children
    cdef const int[::1] _letters
    cdef const int[::1] _values

    cdef int follow(self, int node, Py_UCS4 letter) except -2
    cdef int value(self, int node) except -2
    cdef bint is_empty(self) except -1
