import sys
from pathlib import Path

import pulumi

from vocode_pulumi.testing import VocodeMocks

pulumi.runtime.set_mocks(VocodeMocks())
sys.path.insert(0, str(Path(__file__).parents[1]))

import front_desk  # noqa: E402 - the program runs here, so the mocks are set before


@pulumi.runtime.test
def test_the_agent_answers_the_number() -> pulumi.Output[None]:
    def check(ids: list[str]) -> None:
        answers, agent = ids
        assert answers == agent

    return pulumi.Output.all(front_desk.number.agent_id, front_desk.agent.id).apply(check)


@pulumi.runtime.test
def test_the_number_is_in_the_city() -> pulumi.Output[None]:
    def check(digits: str) -> None:
        assert digits.startswith("1415")

    return front_desk.number.number.apply(check)
