"""The pages in memory, within a bound: what was not asked for longest makes room."""

from collections import OrderedDict

from blog.page_cache.answers import Answer


class Store:
    """Answers by their questions, at most `capacity` bytes of them. Used in one thread: the event loop's."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.size = 0
        self.answers: OrderedDict[tuple[str, str], Answer] = OrderedDict()

    def get(self, question) -> Answer | None:
        answer = self.answers.get(question)
        if answer is not None:
            self.answers.move_to_end(question)
        return answer

    def put(self, question, answer: Answer) -> None:
        self.discard(question)
        if answer.size > self.capacity // 8:
            return  # one page must not push out a good part of the others
        self.answers[question] = answer
        self.size += answer.size
        while self.size > self.capacity:
            _, oldest = self.answers.popitem(last=False)
            self.size -= oldest.size

    def discard(self, question) -> None:
        answer = self.answers.pop(question, None)
        if answer is not None:
            self.size -= answer.size

    def discard_old(self, is_old) -> None:
        """Forget the answers that are of no use any more, so that their memory is free."""
        for question in [question for question, answer in self.answers.items() if is_old(answer)]:
            self.discard(question)
