"""The frame of a rule: a rule names stretches of a text, the frame makes findings of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from content_rules.engine.findings import Hit, Level
from content_rules.engine.reading import Reading, Span, masked, with_figures

MOST = 50  # findings of one rule: nobody reads more


@dataclass(frozen=True)
class Post:
    """A text under check; `official` are phones in E.164."""

    reading: Reading
    today: date
    official: frozenset[str] = frozenset()
    _memory: dict[Callable[..., Any], Any] = field(default_factory=dict, compare=False)

    @cached_property
    def figures(self) -> Reading:
        """The reading with numbers in words turned into digits."""
        return with_figures(self.reading)

    def once[T](self, compute: Callable[["Post"], T]) -> T:
        """The value of a function of this post, computed the first time only."""
        if compute not in self._memory:
            self._memory[compute] = compute(self)
        value: T = self._memory[compute]
        return value


class Rule:
    """One kind of finding. A subclass gives `spans`; `sentence` quotes the words at `{}`.

    `examples` are texts in which it must speak, `counterexamples` look-alikes in which it must not:
    both are tested for every rule.
    """

    name: ClassVar[str]  # a key of LABELS
    level: ClassVar[Level]
    sentence: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]
    counterexamples: ClassVar[tuple[str, ...]]
    is_about_numbers: ClassVar[bool] = False  # reads `không chín một hai …` as digits
    excerpt: ClassVar[str] = ""  # blank: the words themselves; `{}` stands for what is quoted

    def spans(self, post: Post) -> Iterable[Span]:
        raise NotImplementedError

    def reading(self, post: Post) -> Reading:
        """The form of the text that `spans` are places in."""
        return post.figures if self.is_about_numbers else post.reading

    def sentence_for(self, _post: Post, _span: Span) -> str:
        return self.sentence

    def find(self, post: Post) -> list[Hit]:
        """The findings in the order in which `spans` names them."""
        reading = self.reading(post)
        spans = dict.fromkeys(self.spans(post))
        return [self._hit(post, reading, span) for span in list(spans)[:MOST]]

    def quote(self, words: str) -> str:
        """The words as the sentence shows them."""
        return words

    def _hit(self, post: Post, reading: Reading, span: Span) -> Hit:
        quoted = self.quote(reading.text[slice(*span)])
        sentence = self.sentence_for(post, span).format(quoted)
        excerpt = self.excerpt.format(quoted)
        return reading.hit(self.name, self.level, *span, sentence, excerpt=excerpt)


class NumberRule(Rule):
    """A rule about numbers of people, of which findings show both ends only."""

    level = Level.BLOCK
    is_about_numbers = True
    excerpt = "{}"

    def quote(self, words: str) -> str:
        return masked(words)
