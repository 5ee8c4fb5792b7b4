# cython: language_level=3, wraparound=False
"""Searches a text for the terms of one language, as `layout.py` has laid them out.

The work is linear in the text: every step of a term turns a small set of places into another one, and gaps and
distances are bounded, so that no text makes a term try more than a fixed number of places around an anchor. Every read
of the laid out terms is checked.

Places are counted between words: place 0 is before the first word, place n behind the n-th.
"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Realloc
from libc.stdlib cimport qsort
from libc.string cimport memset

from service.understanding.text.trie cimport Trie

from service.understanding.text.trie import Trie

cdef enum:
    # The kinds of steps, and of prefixes, as `layout.py` numbers them.
    WORD = 0
    GAP = 1
    CHOICE = 2
    ONE_WORD = 3
    KIND = 3
    KIND_BITS = 2
    SWALLOWING_PREFIX = 1
    REMAINDER = 2  # letters of a word without its prefix, as in `lexicon.py`

    GAP_WORDS = 4
    GAP_HAN = 8
    REACH = 12
    REACH_HAN = 24
    MOST_PLACES = 100  # of one term in a text; nobody who needs help says the same a hundred times

    NOTHING = -1
    UNASKED = 0
    THERE = 1
    MISSING = 2

# A symbol and the place where it stands, in the upper and the lower half: so they are sorted as one number.
ctypedef long long Standing


cdef struct Span:
    int start
    int end


cdef int _in_order(const void *one, const void *other) noexcept nogil:
    cdef Standing first = (<const Standing *> one)[0], second = (<const Standing *> other)[0]
    return (first > second) - (first < second)


cdef void *_allocated(void *known, size_t size) except NULL:
    cdef void *found = PyMem_Realloc(known, size if size else 1)
    if found is NULL:
        raise MemoryError()
    return found


cdef class Search
cdef class Symbols


@cython.final
cdef class Pattern:
    """A term that can be found; `gapped` if other words may stand between its own."""

    cdef readonly object entry
    cdef readonly int number
    cdef readonly bint gapped
    cdef object section
    cdef bint is_idiom

    def __init__(self, entry, int number, bint gapped):
        self.entry = entry
        self.section = entry.section
        self.is_idiom = entry.term.idiom
        self.number = number
        self.gapped = gapped


@cython.final
cdef class Tables:
    """The terms of one language, laid out; `entries` has what is known of each kind of them."""

    cdef const int[::1] _laid_out
    cdef const int *_numbers
    cdef Py_ssize_t _size
    cdef Trie _words
    cdef Trie _endings
    cdef Trie _inner
    cdef Trie _prefixes
    cdef int _terms
    cdef int _symbols
    cdef int _sets
    cdef list _kinds
    cdef int _index
    cdef list _entries
    cdef dict _patterns
    cdef readonly long long steps  # of terms that have been tried, each at each place

    def __init__(self, const int[::1] numbers, head):
        self._laid_out = numbers
        self._numbers = &numbers[0]
        self._size = len(numbers)
        self._words = Trie(numbers[<int> head["words"] :])
        self._endings = Trie(numbers[<int> head["endings"] :])
        self._inner = Trie(numbers[<int> head["inner"] :])
        self._prefixes = Trie(numbers[<int> head["prefixes"] :])
        self._terms = head["terms"]
        self._symbols = head["symbols"]
        self._sets = head["sets"]
        self._kinds = list(head["kinds"])
        self._index = head["index"]
        self._entries = list(head["entries"])
        self._patterns = {}
        self.steps = 0

    cdef inline int at(self, int place) except? NOTHING:
        """What is laid out at a place."""
        if not 0 <= place < self._size:
            raise IndexError("terms that are laid out wrong")
        return self._numbers[place]

    def __len__(self):
        return self.at(self._terms)

    def pattern(self, int number):
        """A term by its number."""
        cdef int place
        pattern = self._patterns.get(number)
        if pattern is None:
            place = self.at(self._terms + 1 + number)
            pattern = Pattern(self._entries[self.at(place + 2)], number, self.at(place + 1))
            self._patterns[number] = pattern
        return pattern

    cdef int _look_up(self, str form, Symbols found) except -1:
        """Gathers the symbols of a word, with and without its prefixes."""
        cdef int length = len(form), node = 0, at = 0, value
        found.count = 0
        self._fitting(form, 0, found)
        while at < length - REMAINDER:
            node = self._prefixes.follow(node, form[at])
            if node == NOTHING:
                break
            at += 1
            value = self._prefixes.value(node)
            if value != NOTHING:
                self._fitting(form, at, found)
                if value == SWALLOWING_PREFIX:
                    self._fitting(u"ال" + form[at:], 0, found)
        return 0

    cdef int _fitting(self, str form, int first, Symbols found) except -1:
        """Gathers the symbols of the words that fit a form from a letter on; most forms have none."""
        cdef int length = len(form), node = 0, at = first, value
        while at < length:
            node = self._words.follow(node, form[at])
            if node == NOTHING:
                break
            at += 1
            value = self._words.value(node)
            if value != NOTHING:
                found.add_all(self, self.at(value + 1))
                if at == length:
                    found.add_all(self, self.at(value))
        node, at = 0, length
        while at > first:
            at -= 1
            node = self._endings.follow(node, form[at])
            if node == NOTHING:
                break
            value = self._endings.value(node)
            if value != NOTHING:
                found.add_all(self, value)
        if not self._inner.is_empty():
            for start in range(first, length):
                node, at = 0, start
                while at < length:
                    node = self._inner.follow(node, form[at])
                    if node == NOTHING:
                        break
                    at += 1
                    value = self._inner.value(node)
                    if value != NOTHING:
                        found.add_all(self, value)
        return 0

    cdef bint _holds(self, int place, int symbol) except -1:
        """Whether the set at a place holds a symbol."""
        cdef int first = place + 1, end = first + self.at(place), middle
        while first < end:
            middle = (first + end) >> 1
            if self.at(middle) < symbol:
                first = middle + 1
            elif self.at(middle) > symbol:
                end = middle
            else:
                return True
        return False

    cdef int _led_to(self, int table, int symbol) except -1:
        """The list of sequences to which a symbol leads in a table; the empty one if it is not in it."""
        cdef int first = 0, end = self.at(table), middle, found
        while first < end:
            middle = (first + end) >> 1
            found = self.at(table + 1 + 2 * middle)
            if found < symbol:
                first = middle + 1
            elif found > symbol:
                end = middle
            else:
                return self.at(table + 2 + 2 * middle)
        return 0


@cython.final
cdef class Symbols:
    """A few different symbols."""

    cdef int *numbers
    cdef int count
    cdef int _room

    def __cinit__(self):
        self.numbers = NULL
        self.count = self._room = 0

    def __dealloc__(self):
        PyMem_Free(self.numbers)

    cdef int add(self, int symbol) except -1:
        for index in range(self.count):
            if self.numbers[index] == symbol:
                return 0
        if self.count == self._room:
            self._room = 2 * self._room + 16
            self.numbers = <int *> _allocated(self.numbers, self._room * sizeof(int))
        self.numbers[self.count] = symbol
        self.count += 1
        return 0

    cdef int add_all(self, Tables tables, int place) except -1:
        """Those of a list."""
        for at in range(place + 1, place + 1 + tables.at(place)):
            self.add(tables.at(at))
        return 0


@cython.final
cdef class Match:
    """Where a term stands: a span of words for each of its parts, from the first word to the last."""

    cdef readonly Pattern pattern
    cdef readonly tuple spans
    cdef readonly int start
    cdef readonly int end
    cdef Search _search

    def __init__(self, Pattern pattern not None, tuple spans not None, Search search not None):
        self.pattern = pattern
        self.spans = spans
        self._search = search
        self.start, self.end = spans[0]
        for start, end in spans[1:]:
            self.start = min(self.start, start)
            self.end = max(self.end, end)

    @property
    def section(self):
        return self.pattern.section

    @property
    def is_idiom(self):
        return self.pattern.is_idiom

    @property
    def is_together(self):
        """Whether its words stand side by side."""
        return len(self.spans) == 1 and not self.pattern.gapped

    def words(self):
        """From its first word to its last, with what stands between."""
        return range(self.start, self.end)

    def only(self, span):
        """The same term, in one of its places alone."""
        return Match(self.pattern, (span,), self._search)

    def has_own_word(self, span):
        """Whether a word in `span` is one of those that the term itself names."""
        first, end = span
        return self._search.names(self.pattern.number, first, end)

    def __eq__(self, other):
        if not isinstance(other, Match):
            return NotImplemented
        return self.pattern is (<Match> other).pattern and self.spans == (<Match> other).spans

    def __hash__(self):
        return hash((<size_t> <void *> self.pattern, self.spans))

    def __repr__(self):
        return f"Match({self.section!r}, {self.spans!r})"


@cython.final
cdef class Search:
    """One text with the terms of one language: which symbols stand where, of a word alone and of several read as one.

    `sentence_start` and `sentence_end` bound the sentence of each word; distances count double at those that are
    `small`; `narrow`, if there is one, is asked which of the symbols of a word agree with it as it is written.
    """

    cdef Tables _tables
    cdef int _length
    cdef int *_first  # of each word, where its symbols begin in `_symbols`; they end where those of the next one begin
    cdef int *_symbols
    cdef int _room
    cdef int *_sentence_start
    cdef int *_sentence_end
    cdef char *_is_small
    # What was added: a symbol, its first word, where it ends, and the next of those that begin, or end, where it does.
    cdef int _added
    cdef int _room_to_add
    cdef int *_symbol
    cdef int *_start
    cdef int *_end
    cdef int *_next_ahead
    cdef int *_next_back
    cdef int *_ahead
    cdef int *_back
    # Symbols and places in order, and what is known of the sets that terms require; until something is added.
    cdef Standing *_standings
    cdef int _count
    cdef char *_known
    # Places that are being walked through: sets one behind the other.
    cdef int *_places
    cdef int _room_for_places

    def __cinit__(self):
        self._first = self._symbols = self._sentence_start = self._sentence_end = NULL
        self._is_small = self._known = NULL
        self._symbol = self._start = self._end = self._next_ahead = self._next_back = self._ahead = self._back = NULL
        self._places = NULL
        self._standings = NULL
        self._room = self._added = self._room_to_add = self._room_for_places = 0
        self._count = NOTHING

    def __dealloc__(self):
        PyMem_Free(self._first)
        PyMem_Free(self._symbols)
        PyMem_Free(self._sentence_start)
        PyMem_Free(self._sentence_end)
        PyMem_Free(self._symbol)
        PyMem_Free(self._start)
        PyMem_Free(self._end)
        PyMem_Free(self._next_ahead)
        PyMem_Free(self._next_back)
        PyMem_Free(self._ahead)
        PyMem_Free(self._back)
        PyMem_Free(self._places)
        PyMem_Free(self._is_small)
        PyMem_Free(self._known)
        PyMem_Free(self._standings)

    def __init__(
        self,
        Tables tables not None,
        list words not None,
        list sentence_start not None,
        list sentence_end not None,
        bytes small not None,
        narrow=None,
    ):
        cdef int index, length = len(words), count = 0
        cdef Symbols found = Symbols()
        cdef str word
        self._tables = tables
        self._length = length
        self._first = <int *> _allocated(NULL, (length + 1) * sizeof(int))
        self._sentence_start = <int *> _allocated(NULL, length * sizeof(int))
        self._sentence_end = <int *> _allocated(NULL, length * sizeof(int))
        self._is_small = <char *> _allocated(NULL, length)
        self._ahead = <int *> _allocated(NULL, (length + 1) * sizeof(int))
        self._back = <int *> _allocated(NULL, (length + 1) * sizeof(int))
        for index in range(length + 1):
            self._ahead[index] = self._back[index] = NOTHING
        for index in range(length):
            word = words[index]
            self._sentence_start[index] = sentence_start[index]
            self._sentence_end[index] = sentence_end[index]
            self._is_small[index] = small[index]
            self._first[index] = count
            tables._look_up(word, found)
            if found.count and narrow is not None:
                self._narrow(found, narrow, index)
            if count + found.count > self._room:
                self._room = 2 * (count + found.count) + length
                self._symbols = <int *> _allocated(self._symbols, self._room * sizeof(int))
            for at in range(found.count):
                self._symbols[count + at] = found.numbers[at]
            count += found.count
        self._first[length] = count

    cdef int _narrow(self, Symbols found, narrow, int index) except -1:
        symbols = narrow(index, frozenset(found.numbers[at] for at in range(found.count)))
        found.count = 0
        for symbol in symbols:
            found.add(symbol)
        return 0

    def known_words(self):
        """How many words of the text the terms of this language use."""
        cdef int known = 0
        for index in range(self._length):
            known += self._first[index + 1] > self._first[index] or self._ahead[index] != NOTHING
        return known

    def add_form(self, str form, int start, int end):
        """Lets the words between two places count as the word `form`, too."""
        cdef Symbols found = Symbols()
        self._tables._look_up(form, found)
        for index in range(found.count):
            self.add(found.numbers[index], start, end)

    def add(self, int symbol, int start, int end):
        """Lets the words between two places count as this symbol, too."""
        cdef int at = self._added
        if not 0 <= start < end <= self._length or not 0 <= symbol < self._tables._symbols:
            raise ValueError("no such words, or no such symbol")
        if at == self._room_to_add:
            self._room_to_add = 2 * at + 8
            for_all = self._room_to_add * sizeof(int)
            self._symbol = <int *> _allocated(self._symbol, for_all)
            self._start = <int *> _allocated(self._start, for_all)
            self._end = <int *> _allocated(self._end, for_all)
            self._next_ahead = <int *> _allocated(self._next_ahead, for_all)
            self._next_back = <int *> _allocated(self._next_back, for_all)
        self._symbol[at], self._start[at], self._end[at] = symbol, start, end
        self._next_ahead[at], self._ahead[start] = self._ahead[start], at
        self._next_back[at], self._back[end] = self._back[end], at
        self._added += 1
        self._count = NOTHING

    def matches(self, str kind):
        """Every place of every term of a kind, by where it begins, the longest first, then in the terms' order."""
        if kind not in self._tables._kinds:
            return []
        if self._count == NOTHING:
            self._sort()
        found = self._matches(self._tables._kinds.index(kind))
        if len(found) > 1:
            found.sort(key=_order)
        return found

    def names(self, int number, int first, int end):
        """Whether one of the words between two places is one that a term itself names."""
        cdef int place = self._tables.at(self._tables._terms + 1 + number)
        cdef int part, parts, word
        place += 4 + 2 * self._tables.at(place + 3)
        parts = self._tables.at(place)
        for word in range(max(first, 0), min(end, self._length)):
            for part in range(parts):
                for side in range(2):
                    if self._uses(self._tables.at(place + 1 + 3 * part + side), word):
                        return True
        return False

    cdef bint _uses(self, int sequence, int word) except -1:
        """Whether a symbol that begins at a word is one of those of a sequence."""
        cdef Tables tables = self._tables
        cdef int step, value, at, other
        for at in range(sequence + 1, sequence + 1 + tables.at(sequence)):
            step, value = tables.at(at) & KIND, tables.at(at) >> KIND_BITS
            if step == WORD:
                if self._begins(value, word):
                    return True
            elif step == ONE_WORD:
                if self._begins_any(value, word):
                    return True
            elif step == CHOICE:
                if self._begins_any(tables.at(value + 1), word):
                    return True
                for other in range(tables.at(tables.at(value + 2))):
                    if self._uses_any(tables.at(tables.at(value + 2) + 2 + 2 * other), word):
                        return True
                if self._uses_any(tables.at(value + 4), word):
                    return True
        return False

    cdef bint _uses_any(self, int options, int word) except -1:
        cdef Tables tables = self._tables
        for at in range(options + 1, options + 1 + tables.at(options)):
            if self._uses(tables.at(at), word):
                return True
        return False

    cdef bint _begins(self, int symbol, int word) noexcept:
        """Whether a symbol begins at a word, of the word alone or of several."""
        cdef int at
        for at in range(self._first[word], self._first[word + 1]):
            if self._symbols[at] == symbol:
                return True
        at = self._ahead[word]
        while at != NOTHING:
            if self._symbol[at] == symbol:
                return True
            at = self._next_ahead[at]
        return False

    cdef bint _begins_any(self, int symbols, int word) except -1:
        """Whether one of a set begins at a word."""
        cdef int at
        for at in range(self._first[word], self._first[word + 1]):
            if self._tables._holds(symbols, self._symbols[at]):
                return True
        at = self._ahead[word]
        while at != NOTHING:
            if self._tables._holds(symbols, self._symbol[at]):
                return True
            at = self._next_ahead[at]
        return False

    cdef int _sort(self) except -1:
        """Puts all symbols in order, each with its places, and forgets which sets are there."""
        cdef int word, at, count = 0
        cdef int room = self._first[self._length] + self._added
        self._standings = <Standing *> _allocated(self._standings, room * sizeof(Standing))
        for word in range(self._length):
            for at in range(self._first[word], self._first[word + 1]):
                self._standings[count] = (<Standing> self._symbols[at] << 32) | word
                count += 1
        for at in range(self._added):
            self._standings[count] = (<Standing> self._symbol[at] << 32) | self._start[at]
            count += 1
        qsort(self._standings, count, sizeof(Standing), _in_order)
        if self._known is NULL:
            self._known = <char *> _allocated(NULL, self._tables._sets)
        memset(self._known, UNASKED, self._tables._sets)
        self._count = count
        return 0

    cdef bint _stands(self, int symbol) noexcept:
        """Whether a symbol stands anywhere in the text."""
        cdef Standing least = <Standing> symbol << 32
        cdef int first = 0, end = self._count, middle
        while first < end:
            middle = (first + end) >> 1
            if self._standings[middle] < least:
                first = middle + 1
            else:
                end = middle
        return first < self._count and self._standings[first] >> 32 == symbol

    cdef bint _has(self, int known, int symbols) except -1:
        """Whether one of a set of symbols stands in the text; `known` is the number of the set, -1 of one symbol."""
        cdef int at, before = NOTHING, symbol
        if known == NOTHING:
            return self._stands(symbols)
        if not 0 <= known < self._tables._sets:
            raise IndexError("a set has a number that there is not")
        if self._known[known] == UNASKED:
            self._known[known] = MISSING
            if self._tables.at(symbols) < self._count:
                for at in range(symbols + 1, symbols + 1 + self._tables.at(symbols)):
                    if self._stands(self._tables.at(at)):
                        self._known[known] = THERE
                        break
            else:
                for at in range(self._count):
                    symbol = self._standings[at] >> 32
                    if symbol != before and self._tables._holds(symbols, symbol):
                        self._known[known] = THERE
                        break
                    before = symbol
        return self._known[known] == THERE

    cdef list _matches(self, int kind):
        """Tries each term where its anchor stands, if every other word that it needs stands somewhere."""
        cdef Tables tables = self._tables
        cdef int first = 0, end, symbol, listed, at, number, term, required, place, kinds = len(tables._kinds)
        cdef dict tried = {}
        cdef dict found = {}
        while first < self._count:
            symbol = self._standings[first] >> 32
            end = first + 1
            while end < self._count and self._standings[end] >> 32 == symbol:
                end += 1
            listed = tables.at(tables._index + symbol * kinds + kind)
            for at in range(listed + 1, listed + 1 + tables.at(listed)):
                term = tables.at(at)
                required = 0
                while required < tables.at(term + 3) and self._has(
                    tables.at(term + 4 + 2 * required), tables.at(term + 5 + 2 * required)
                ):
                    required += 1
                if required == tables.at(term + 3):
                    number = tables.at(term)
                    for place in range(first, end):
                        spans = self._match(term + 4 + 2 * required, <int> (self._standings[place] & 0x7FFFFFFF))
                        if spans is not None:
                            count = tried.get(number, 0)
                            if count == MOST_PLACES:
                                break
                            tried[number] = count + 1
                            found[number, spans] = None
            first = end
        return [Match(self._tables.pattern(number), spans, self) for number, spans in found]

    cdef tuple _match(self, int parts, int place):
        """The spans of a term whose first part is anchored at a place, None if it does not stand there."""
        cdef Tables tables = self._tables
        cdef Span first, other
        cdef int part
        if not self._part(parts + 1, place, &first):
            return None
        if tables.at(parts) == 1:
            return ((first.start, first.end),)
        spans = [(first.start, first.end)]
        for part in range(1, tables.at(parts)):
            if not self._near(parts + 1 + 3 * part, first, &other):
                return None
            spans.append((other.start, other.end))
        return tuple(spans)

    cdef bint _near(self, int part, Span span, Span *nearest) except -1:
        """The place of another part that is nearest to `span`, in the same sentence."""
        cdef int reach = REACH_HAN if self._is_small_at(span.start) else REACH
        cdef int first = max(self._sentence_start[span.start], span.start - reach)
        cdef int end = min(self._sentence_end[span.start], span.end + reach)
        cdef int place, distance, least = -1
        cdef Span near
        cdef bint found = False
        for place in range(first, end):
            if self._begins_any(self._tables.at(part + 2), place) and self._part(part, place, &near):
                distance = max(near.start - span.end, span.start - near.end)
                if not found or distance < least:
                    nearest[0], least, found = near, distance, True
        return found

    cdef bint _part(self, int part, int place, Span *span) except -1:
        """One part of a term, whose anchor stands at a place."""
        cdef int count, at
        self._room_for(0, 1)
        self._places[0] = place
        count = self._walk(self._tables.at(part + 1), 0, 1, True)
        if not count:
            return False
        span.end = self._places[0]
        for at in range(1, count):
            span.end = min(span.end, self._places[at])
        self._places[0] = place
        count = self._walk(self._tables.at(part), 0, 1, False)
        if not count:
            return False
        span.start = self._places[0]
        for at in range(1, count):
            span.start = max(span.start, self._places[at])
        return span.end <= self._sentence_end[span.start]

    # A set of places stands in `_places` from `base` on. What turns it into another one puts that in its stead, and
    # returns how many there are.

    cdef int _walk(self, int sequence, int base, int count, bint forward) except -1:
        """Where the steps of a sequence lead from any of some places."""
        cdef Tables tables = self._tables
        cdef int at, step, value
        for at in range(sequence + 1, sequence + 1 + tables.at(sequence)):
            if not count:
                break
            self._tables.steps += count
            step, value = tables.at(at) & KIND, tables.at(at) >> KIND_BITS
            if step == WORD:
                count = self._follow(value, base, count, forward)
            elif step == ONE_WORD:
                count = self._follow_any(value, base, count, forward)
            elif step == GAP:
                count = self._gap(base, count, forward)
            else:
                count = self._choose(value, base, count, forward)
        return count

    cdef int _follow(self, int symbol, int base, int count, bint forward) except -1:
        """The places to which one symbol leads."""
        cdef int index, at, place, result = base + count
        cdef int reached = result
        for index in range(base, base + count):
            place = self._places[index]
            if self._stands_alone(symbol, place if forward else place - 1):
                reached = self._reach(result, reached, place + 1 if forward else place - 1)
            at = self._ahead[place] if forward else self._back[place]
            while at != NOTHING:
                if self._symbol[at] == symbol:
                    reached = self._reach(result, reached, self._end[at] if forward else self._start[at])
                at = self._next_ahead[at] if forward else self._next_back[at]
        return self._settle(base, result, reached)

    cdef int _follow_any(self, int symbols, int base, int count, bint forward) except -1:
        """The places to which one of a set of symbols leads."""
        cdef int index, result = base + count
        cdef int reached = result
        for index in range(base, base + count):
            reached = self._follow_set(symbols, self._places[index], result, reached, forward)
        return self._settle(base, result, reached)

    cdef int _follow_set(self, int symbols, int place, int result, int reached, bint forward) except -1:
        cdef int at, word = place if forward else place - 1
        if 0 <= word < self._length:
            for at in range(self._first[word], self._first[word + 1]):
                if self._tables._holds(symbols, self._symbols[at]):
                    reached = self._reach(result, reached, place + 1 if forward else place - 1)
                    break
        at = self._ahead[place] if forward else self._back[place]
        while at != NOTHING:
            if self._tables._holds(symbols, self._symbol[at]):
                reached = self._reach(result, reached, self._end[at] if forward else self._start[at])
            at = self._next_ahead[at] if forward else self._next_back[at]
        return reached

    cdef int _gap(self, int base, int count, bint forward) except -1:
        """All places that are a few words on, in the same sentence."""
        cdef int index, place, to, limit, result = base + count
        cdef int reached = result
        for index in range(base, base + count):
            place = self._places[index]
            if forward:
                limit = place
                if place < self._length:
                    limit = min(self._sentence_end[place], place + (GAP_HAN if self._is_small[place] else GAP_WORDS))
                for to in range(place, limit + 1):
                    reached = self._reach(result, reached, to)
            else:
                limit = place
                if place:
                    to = GAP_HAN if self._is_small[place - 1] else GAP_WORDS
                    limit = max(self._sentence_start[place - 1], place - to)
                for to in range(limit, place + 1):
                    reached = self._reach(result, reached, to)
        return self._settle(base, result, reached)

    cdef int _choose(self, int choice, int base, int count, bint forward) except -1:
        """The places to which any option of a choice leads, and these themselves, if it may be left out."""
        cdef Tables tables = self._tables
        cdef int options = tables.at(choice + (2 if forward else 3)), others = tables.at(choice + (4 if forward else 5))
        cdef int index, place, at, word, led_to, result = base + count
        cdef int reached = result
        if tables.at(choice):
            for index in range(base, base + count):
                reached = self._reach(result, reached, self._places[index])
        for index in range(base, base + count):
            place = self._places[index]
            reached = self._follow_set(tables.at(choice + 1), place, result, reached, forward)
            if not tables.at(options):
                continue
            word = place if forward else place - 1
            if 0 <= word < self._length:
                for at in range(self._first[word], self._first[word + 1]):
                    led_to = self._tables._led_to(options, self._symbols[at])
                    reached = self._take(led_to, place, result, reached, forward)
            at = self._ahead[place] if forward else self._back[place]
            while at != NOTHING:
                led_to = self._tables._led_to(options, self._symbol[at])
                reached = self._take(led_to, place, result, reached, forward)
                at = self._next_ahead[at] if forward else self._next_back[at]
        for at in range(others + 1, others + 1 + tables.at(others)):
            self._room_for(reached, count)
            for index in range(count):
                self._places[reached + index] = self._places[base + index]
            reached = self._joined(result, reached, self._walk(tables.at(at), reached, count, forward))
        return self._settle(base, result, reached)

    cdef int _take(self, int options, int place, int result, int reached, bint forward) except -1:
        """Adds the places to which some sequences lead from a place."""
        cdef int at
        for at in range(options + 1, options + 1 + self._tables.at(options)):
            self._room_for(reached, 1)
            self._places[reached] = place
            reached = self._joined(result, reached, self._walk(self._tables.at(at), reached, 1, forward))
        return reached

    cdef int _joined(self, int result, int reached, int count) except -1:
        """Adds the places that stand behind a set to it."""
        cdef int index, first = reached
        for index in range(first, first + count):
            reached = self._reach(result, reached, self._places[index])
        return reached

    cdef int _reach(self, int result, int reached, int place) except -1:
        """Adds a place to the set from `result` to `reached`; where it ends then."""
        cdef int index
        for index in range(result, reached):
            if self._places[index] == place:
                return reached
        self._room_for(reached, 1)
        self._places[reached] = place
        return reached + 1

    cdef int _settle(self, int base, int result, int reached) except -1:
        """Moves a new set to where the one stands that it came of."""
        cdef int index
        for index in range(reached - result):
            self._places[base + index] = self._places[result + index]
        return reached - result

    cdef int _room_for(self, int used, int more) except -1:
        if used + more > self._room_for_places:
            self._room_for_places = 2 * (used + more) + 64
            self._places = <int *> _allocated(self._places, self._room_for_places * sizeof(int))
        return 0

    cdef bint _stands_alone(self, int symbol, int word) noexcept:
        """Whether a symbol is one of a word alone; before the first and behind the last one there is none."""
        cdef int at
        if 0 <= word < self._length:
            for at in range(self._first[word], self._first[word + 1]):
                if self._symbols[at] == symbol:
                    return True
        return False

    cdef bint _is_small_at(self, int word) noexcept:
        return word < self._length and self._is_small[word]


def _order(Match match not None):
    return match.start, -match.end, match.pattern.number
