# cython: language_level=3, wraparound=False
"""A set of words, each with a number, as arrays that can be mapped from a file: one node for each beginning of a word.

The children of a node stand side by side, in the order of their letters, and those of the next node behind them. Every
access is checked: a file that is not what it should be raises an error, it reads nothing else.
"""

cimport cython

from array import array
from itertools import groupby

cdef enum:
    ROOT = 0
    NOWHERE = -1
    FEW = 8


def lay_out(values):
    """The table of some words: how many nodes, where the children of each begin, its letter, its number or -1."""
    children, letters, numbers = [], [0], [values.get("", NOWHERE)]
    level = [("", sorted(word for word in values if word))]
    while level:
        following = []
        for beginning, words in level:
            children.append(len(letters))
            depth = len(beginning)
            for letter, group in groupby(words, key=lambda word: word[depth]):
                longer = beginning + letter
                letters.append(ord(letter))
                numbers.append(values.get(longer, NOWHERE))
                following.append((longer, [word for word in group if word != longer]))
        level = following
    children.append(len(letters))
    return array("i", [len(letters), *children, *letters, *numbers])


@cython.final
cdef class Trie:
    """Words laid out by `lay_out`; a number for a beginning of them is got by following its letters from the root."""

    def __init__(self, const int[::1] table):
        cdef int nodes = table[0]
        self._children = table[1 : nodes + 2]
        self._letters = table[nodes + 2 : 2 * nodes + 2]
        self._values = table[2 * nodes + 2 : 3 * nodes + 2]

    cdef int follow(self, int node, Py_UCS4 letter) except -2:
        """The node behind a letter, -1 if no word goes on so."""
        cdef int first = self._children[node], end = self._children[node + 1], middle
        while end - first > FEW:
            middle = (first + end) >> 1
            if <Py_UCS4>self._letters[middle] <= letter:
                first = middle
            else:
                end = middle
        while first < end:
            if <Py_UCS4>self._letters[first] == letter:
                return first
            first += 1
        return NOWHERE

    cdef int value(self, int node) except -2:
        """The number of the word that ends at a node, -1 if none does."""
        return self._values[node]

    cdef bint is_empty(self) except -1:
        """Whether there is no word at all."""
        return self._children[1] == 1 and self._values[0] == NOWHERE

    def get(self, str word):
        """The number of a word, -1 if it is none of them."""
        cdef int node = ROOT
        for letter in word:
            node = self.follow(node, letter)
            if node == NOWHERE:
                return NOWHERE
        return self.value(node)
