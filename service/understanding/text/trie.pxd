# cython: language_level=3

cimport cython


cdef struct Node:
    int letter
    int value
    int children
    int count


@cython.final
cdef class Trie:
    cdef const int[::1] _table
    cdef const Node *_nodes
    cdef int _count

    cdef int follow(self, int node, Py_UCS4 letter) except -2
    cdef int value(self, int node) except -2
    cdef bint is_empty(self) except -1
    cdef int _check(self, int node) except -1
