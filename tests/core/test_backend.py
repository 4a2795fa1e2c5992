"""Arrays go to NumPy, tensors to PyTorch, and PyTorch is not missed where it is missing."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest

from softviz.core import backend, numpy_kernels, softmax


def run_alone(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_the_library_imports_nothing_but_numpy():
    heavy = run_alone(
        "import sys, softviz.core; softviz.core.softmax([1, 2]);"
        "print([m for m in ('torch', 'scipy', 'streamlit', 'pandas', 'plotly') if m in sys.modules])"
    )
    assert heavy == "[]"


@pytest.mark.parametrize("x", [np.zeros(3), [1, 2], 3.0, np.float32(1), range(4)])
def test_whatever_is_no_tensor_goes_to_numpy(x):
    assert backend.kernels_for(x) is numpy_kernels


def test_without_torch_the_install_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install -r requirements-torch\.txt"):
        backend.require_torch()
    assert softmax([0.0, 0.0]).tolist() == [0.5, 0.5]


@pytest.mark.torch
def test_a_tensor_goes_to_torch():
    torch = pytest.importorskip("torch")
    assert backend.require_torch() is torch
    assert backend.kernels_for(torch.zeros(3)).__name__ == "softviz.core.torch_kernels"


@pytest.mark.torch
def test_both_backends_answer_to_the_same_names():
    pytest.importorskip("torch")
    from softviz.core import torch_kernels

    assert torch_kernels.__all__ == numpy_kernels.__all__


def test_threads_do_not_disturb_each_other():
    x = np.random.default_rng(2).normal(size=(101, 307))
    expected, answers = softmax(x), []
    threads = [threading.Thread(target=lambda: answers.append(softmax(x))) for _ in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 7
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)
