# cython: language_level=3, wraparound=False
"""A set of words, each with a number, as one array that can be mapped from a file: a node for each beginning of a word.

A node is four numbers: its letter, the number of the word that ends with it or -1, where its children are, and how many
there are. Children stand side by side, in the order of their letters, and right behind their parents where that can be:
on its way along a word, a search then reads what lies together. Every node is checked: a file that is not what it
should be raises an error, it reads nothing else.
"""

cimport cython

from array import array
from itertools import groupby

cdef enum:
    ROOT = 0
    NOWHERE = -1
    FEW = 8
    NUMBERS_OF_A_NODE = 4


def lay_out(values):
    """The table of some words: how many nodes there are, and all of them."""
    nodes = array("i", [0, values.get("", NOWHERE), 0, 0])
    waiting = [(ROOT, "", sorted(word for word in values if word))]
    while waiting:
        parent, beginning, words = waiting.pop()
        depth = len(beginning)
        groups = [(letter, list(group)) for letter, group in groupby(words, key=lambda word: word[depth])]
        first = len(nodes) // NUMBERS_OF_A_NODE
        nodes[NUMBERS_OF_A_NODE * parent + 2] = first
        nodes[NUMBERS_OF_A_NODE * parent + 3] = len(groups)
        following = []
        for place, (letter, group) in enumerate(groups, start=first):
            longer = beginning + letter
            nodes.extend((ord(letter), values.get(longer, NOWHERE), 0, 0))
            if rest := [word for word in group if word != longer]:
                following.append((place, longer, rest))
        waiting.extend(reversed(following))
    return array("i", [len(nodes) // NUMBERS_OF_A_NODE]) + nodes


@cython.final
cdef class Trie:
    """Words laid out by `lay_out`; a number for a beginning of them is got by following its letters from the root."""

    def __init__(self, const int[::1] table):
        self._table = table
        self._count = table[0]
        if not 0 < self._count <= (len(table) - 1) // NUMBERS_OF_A_NODE:
            raise IndexError("a trie that is laid out wrong")
        self._nodes = <const Node *> &table[1]

    cdef int follow(self, int node, Py_UCS4 letter) except -2:
        """The node behind a letter, -1 if no word goes on so."""
        self._check(node)
        cdef int first = self._nodes[node].children, end, middle
        if not self._nodes[node].count:
            return NOWHERE
        end = first + self._nodes[node].count
        self._check(first)
        self._check(end - 1)
        while end - first > FEW:
            middle = (first + end) >> 1
            if <Py_UCS4> self._nodes[middle].letter <= letter:
                first = middle
            else:
                end = middle
        while first < end:
            if <Py_UCS4> self._nodes[first].letter == letter:
                return first
            first += 1
        return NOWHERE

    cdef int value(self, int node) except -2:
        """The number of the word that ends at a node, -1 if none does."""
        self._check(node)
        return self._nodes[node].value

    cdef bint is_empty(self) except -1:
        """Whether there is no word at all."""
        return self._count == 1 and self._nodes[ROOT].value == NOWHERE

    def get(self, str word):
        """The number of a word, -1 if it is none of them."""
        cdef int node = ROOT
        for letter in word:
            node = self.follow(node, letter)
            if node == NOWHERE:
                return NOWHERE
        return self.value(node)

    cdef inline int _check(self, int node) except -1:
        if not 0 <= node < self._count:
            raise IndexError("a trie that is laid out wrong")
        return 0
