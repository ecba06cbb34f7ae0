"""Proves that no case is treated worse than the law allows, or than before: later, paused longer, or not at all."""

from complaint_policy.rollout.proof.floor.answering import answers_of_floor as answers_of_floor
