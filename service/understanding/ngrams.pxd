# cython: language_level=3

cdef class Places:
    cdef Py_ssize_t count
    cdef int[::1] pieces
    cdef int[::1] words
    cdef int[::1] _seen

    cdef int _make_room(self, Py_ssize_t most) except -1
    cdef int _keep(self, Py_ssize_t piece, Py_ssize_t word) except -1
