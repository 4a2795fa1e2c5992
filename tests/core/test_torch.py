"""Tensors get the same numbers, stay on their device, and can be differentiated as often as one likes."""

from __future__ import annotations

import numpy as np
import pytest

from softviz import core

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")]

RNG = np.random.default_rng(37)
CUBE = RNG.normal(size=(3, 5, 7)) * 3
ROWS = RNG.normal(size=(2, 5))
ALPHAS = [0.5, 1.0, 1.0001, 1.3, 1.5, 1.9, 2.0, 2.7, 6.0, np.inf]
AXES = [0, 1, -1, (0, 2), (2, 1), None]
INF, NAN = np.inf, np.nan


def entmax_of(alpha):
    def mapping(x, *, axis=-1):
        return core.entmax(x, alpha, axis=axis)

    mapping.__name__ = f"entmax_{alpha}"
    return mapping


def entmax_derivative(x, *, axis=-1):
    return core.entmax_alpha_derivative(x, 1.3, axis=axis)


def cooler(x, *, axis=-1):
    return core.softmax_at(x, 0.3, axis=axis)


def coldest(x, *, axis=-1):
    return core.softmax_at(x, 0, axis=axis)


MAPS = [core.softmax, core.log_softmax, core.sparsemax, core.argmax_map, cooler, coldest, *map(entmax_of, ALPHAS)]
SMOOTH = [core.softmax, core.log_softmax, core.logsumexp, cooler, *map(entmax_of, (0.5, 1.0, 1.3, 1.5, 1.9))]
KINKED = [core.sparsemax, entmax_of(2.7)]  # differentiable where the tests look
EVERYTHING = [*MAPS, core.logsumexp, entmax_derivative]

each = pytest.mark.parametrize("function", EVERYTHING, ids=lambda f: f.__name__)
each_differentiable = pytest.mark.parametrize("function", [*SMOOTH, *KINKED], ids=lambda f: f.__name__)


@each
@pytest.mark.parametrize("axis", AXES)
def test_tensors_get_the_numbers_of_arrays(function, axis):
    ours = function(torch.tensor(CUBE), axis=axis)
    assert isinstance(ours, torch.Tensor)
    # both backends round, in another order; above alpha = 2 small probabilities hang on the last bits
    np.testing.assert_allclose(ours.numpy(), function(CUBE, axis=axis), rtol=1e-9, atol=1e-13)


@each
@pytest.mark.parametrize(
    "rows",
    [
        [[-INF, -INF], [0, 1]],
        [[INF, 0], [0, 1]],
        [[NAN, 0], [0, 1]],
        [[1e308, -1e308], [-INF, 2]],
        [[2.0, 2], [7, 7]],
        np.zeros((3, 0)),
        np.zeros((0, 3)),
        3.0,
    ],
)
def test_the_edges_are_the_same(function, rows):
    ours = function(torch.tensor(rows, dtype=torch.float64))
    np.testing.assert_allclose(ours.numpy(), function(np.array(rows, dtype=np.float64)), rtol=1e-14)


@each
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_floats_keep_their_type(function, dtype):
    kind = getattr(torch, dtype)
    assert function(torch.zeros(3, 5, dtype=kind)).dtype == kind


@each
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "bool"])
def test_integers_are_taken_as_float64(function, dtype):
    x = torch.tensor([[0, 1, 1], [1, 0, 0]]).to(getattr(torch, dtype))
    assert function(x).dtype == torch.float64


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_sixteen_bits_are_summed_in_thirty_two(dtype):
    x = torch.zeros(70_001, dtype=getattr(torch, dtype))
    for mapping in (core.softmax, core.sparsemax, entmax_of(1.5)):
        assert mapping(x)[0] == torch.tensor(1 / 70_001, dtype=x.dtype)
    assert core.logsumexp(x) == torch.tensor(np.log(70_001), dtype=x.dtype)


def test_a_confident_winner_keeps_the_digits_of_its_log_probability():
    x = torch.tensor([40.0, 0.0, -1.0], dtype=torch.float64)
    expected = -np.log1p(np.exp(-40.0) + np.exp(-41.0))
    assert core.log_softmax(x)[0].item() == pytest.approx(expected, rel=1e-15)
    assert core.logsumexp(x - 40).item() == pytest.approx(-expected, rel=1e-15)


class TestDevices:
    """``meta`` has no data: whatever left the device, or asked it something, would fail."""

    @each
    @pytest.mark.parametrize("axis", [-1, (0, 1), None])
    def test_a_tensor_without_data_passes_through_everything(self, function, axis):
        x = torch.empty(3, 5, 7, device="meta", requires_grad=True)
        answer = function(x, axis=axis)
        assert answer.device.type == "meta"
        assert tuple(answer.shape) == np.shape(function(np.zeros((3, 5, 7)), axis=axis))
        answer.sum().backward()
        assert x.grad.device.type == "meta"

    def test_so_do_derivatives_attention_and_streams(self):
        x, alphas = torch.empty(5, 7, device="meta"), torch.full((5, 1), 1.5, device="meta")
        for answer in (
            core.softmax_jvp(x, x),
            core.entmax_vjp(x, x, alphas),
            core.sigmoid_jvp(x, x),
            core.entmax(x, alphas),
            core.tempered(x, alphas),
            core.sigmoid(x),
            core.log_sigmoid(x),
            core.attention(x, x, x, causal=True, mask=torch.ones(5, 5, dtype=torch.bool, device="meta")),
            core.online_softmax([x, x]),
            core.streaming_logsumexp([x, x]),
        ):
            assert answer.device.type == "meta"

    def test_numbers_beside_a_tensor_come_to_it(self):
        x = torch.empty(5, 7, device="meta")
        assert core.softmax_at(x, np.ones((5, 1))).device.type == "meta"
        assert core.entmax(x, np.full((5, 1), 1.5)).device.type == "meta"


class TestAutograd:
    @each_differentiable
    def test_gradients_are_right_twice_and_forwards(self, function):
        x = torch.tensor(ROWS, requires_grad=True)
        assert torch.autograd.gradcheck(function, x, check_forward_ad=True)
        assert torch.autograd.gradgradcheck(function, x)

    @each_differentiable
    def test_functional_transforms_apply(self, function):
        row = torch.tensor(CUBE[0, 0])
        backwards, forwards = torch.func.jacrev(function)(row), torch.func.jacfwd(function)(row)
        torch.testing.assert_close(backwards, forwards, rtol=1e-12, atol=1e-13)
        batched = torch.func.vmap(function, in_dims=1)(torch.tensor(CUBE[0]).T)
        torch.testing.assert_close(batched, function(torch.tensor(CUBE[0])), rtol=1e-12, atol=1e-13)

    def test_alpha_can_be_learned(self):
        x = torch.tensor(ROWS[0], requires_grad=True)
        alphas = torch.tensor([[0.5], [1.0], [1.2], [1.5], [1.9]], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(core.entmax, (x, alphas), check_forward_ad=True)
        assert torch.autograd.gradgradcheck(core.entmax, (x, alphas))
        one = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(core.entmax, (x, one))

    def test_alphas_and_rows_may_be_mapped_together(self):
        alphas = torch.tensor([[1.2], [1.5], [2.5]], dtype=torch.float64)
        mapped = torch.func.vmap(core.entmax, in_dims=(None, 0))(torch.tensor(CUBE[0]), alphas)
        torch.testing.assert_close(mapped[1], core.entmax(torch.tensor(CUBE[0]), 1.5))

    def test_a_temperature_can_be_learned(self):
        x = torch.tensor(ROWS, requires_grad=True)
        temperature = torch.tensor([[0.7]], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(core.softmax_at, (x, temperature))

    def test_attention_passes_gradients_and_none_through_a_query_that_sees_nothing(self):
        q, k, v = (torch.tensor(array, requires_grad=True) for array in RNG.normal(size=(3, 5, 7)))
        mask = torch.ones(5, 5, dtype=torch.bool)
        mask[2] = False
        assert torch.autograd.gradcheck(lambda *qkv: core.attention(*qkv, mask=mask, causal=True), (q, k, v))
        core.attention(q, k, v, mask=mask).sum().backward()
        assert not q.grad[2].any()

    def test_argmax_has_a_gradient_of_zero(self):
        x = torch.tensor(CUBE[0], requires_grad=True)
        (core.argmax_map(x) * x.detach()).sum().backward()
        assert not x.grad.any()

    @pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
    def test_the_closed_form_is_what_autograd_would_find(self, alpha):
        x, cotangent = torch.tensor(CUBE[0], requires_grad=True), torch.tensor(CUBE[1])
        (gradient,) = torch.autograd.grad(core.entmax(x, alpha), x, cotangent)
        expected = core.entmax_vjp(CUBE[0], CUBE[1], alpha)
        np.testing.assert_allclose(gradient.numpy(), expected, rtol=1e-12, atol=1e-14)


class TestGumbelSoftmax:
    def test_a_hard_draw_has_the_gradient_of_the_soft_one(self):
        x = torch.tensor(CUBE[0], requires_grad=True)
        weights, gradients = torch.tensor(CUBE[1]), []
        for hard in (False, True):
            draw = core.gumbel_softmax(x, 0.7, torch.Generator().manual_seed(5), hard=hard)
            gradients.append(torch.autograd.grad((draw * weights).sum(), x)[0])
        torch.testing.assert_close(*gradients)
        assert torch.equal(draw.detach().sum(-1), torch.ones(5, dtype=torch.float64))
        assert set(draw.detach().flatten().tolist()) == {0.0, 1.0}

    def test_hard_draws_follow_softmax(self):
        scores = torch.tensor([0.0, 1.0, -1.0], dtype=torch.float64).expand(40_009, 3)
        picked = core.gumbel_softmax(scores, 0.5, torch.Generator().manual_seed(3), hard=True)
        # five standard errors of a share of 40,009 draws are 0.0125
        np.testing.assert_allclose(picked.mean(0).numpy(), core.softmax(scores[0].numpy()), atol=0.0125)

    def test_it_takes_a_torch_generator_only(self):
        with pytest.raises(ValueError, match=r"torch\.Generator for a tensor; got Generator"):
            core.gumbel_softmax(torch.zeros(3), 1.0, np.random.default_rng(1))


class TestReferences:
    @pytest.mark.parametrize("spread", [0.1, 1.0, 10.0])
    def test_the_entmax_library_gives_the_same_numbers(self, spread):
        entmax = pytest.importorskip("entmax")
        x = torch.tensor(RNG.normal(size=(11, 101)) * spread)
        for alpha, theirs in (
            (2.0, entmax.sparsemax(x)),
            (1.5, entmax.entmax15(x)),
            (1.25, entmax.entmax_bisect(x, 1.25)),
            (1.75, entmax.entmax_bisect(x, 1.75)),
        ):
            for ours in (core.entmax(x, alpha).numpy(), core.entmax(x.numpy(), alpha)):
                # its bisection stops at 1e-14 or so; running sums of 101 terms round as much
                np.testing.assert_allclose(ours, theirs.numpy(), atol=2e-13)

    def test_its_gradients_are_the_same(self):
        entmax = pytest.importorskip("entmax")
        cotangent = torch.tensor(CUBE[1])
        for alpha, theirs in ((2.0, entmax.sparsemax), (1.5, entmax.entmax15)):
            x = torch.tensor(CUBE[0], requires_grad=True)
            expected = torch.autograd.grad(theirs(x), x, cotangent)[0]
            found = torch.autograd.grad(core.entmax(x, alpha), x, cotangent)[0]
            torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-13)

    def test_torch_gives_the_same_softmax_family(self):
        x = torch.tensor(CUBE)
        for ours, theirs in (
            (core.softmax(x, axis=1), torch.softmax(x, 1)),
            (core.log_softmax(x, axis=1), torch.log_softmax(x, 1)),
            (core.logsumexp(x, axis=(0, 2)), torch.logsumexp(x, (0, 2))),
            (core.sigmoid(x), torch.sigmoid(x)),
            (core.log_sigmoid(x), torch.nn.functional.logsigmoid(x)),
        ):
            torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)

    @pytest.mark.parametrize("causal", [False, True])
    def test_torch_gives_the_same_attention(self, causal):
        q, k, v = (torch.tensor(array) for array in RNG.normal(size=(3, 2, 3, 11, 7)))
        theirs = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
        torch.testing.assert_close(core.attention(q, k, v, causal=causal), theirs, rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(core.attention(*(t.numpy() for t in (q, k, v)), causal=causal), theirs, rtol=1e-11)

    def test_torch_streams_the_same(self):
        chunks = [torch.tensor(CUBE[:, 0]), torch.tensor(CUBE[:, 1]) * 100]
        together = torch.cat(chunks, -1)
        torch.testing.assert_close(core.online_softmax(chunks), torch.softmax(together, -1))
        torch.testing.assert_close(core.streaming_logsumexp(chunks), torch.logsumexp(together, -1))


class TestBadInput:
    def test_complex_tensors_are_refused(self):
        with pytest.raises(ValueError, match=r"expected real numbers; got a tensor of torch\.complex64"):
            core.softmax(torch.zeros(3, dtype=torch.complex64))

    @pytest.mark.parametrize("axis", [2, -3, (0, 0), 1.5])
    def test_axes_that_are_not_there_are_refused(self, axis):
        with pytest.raises(ValueError, match="axis"):
            core.softmax(torch.zeros(3, 5), axis=axis)

    def test_bad_alphas_and_temperatures_are_refused(self):
        with pytest.raises(ValueError, match="alpha must be positive"):
            core.entmax(torch.zeros(3), torch.tensor(-1.0))
        with pytest.raises(ValueError, match="alpha must be positive"):
            core.entmax(torch.zeros(0), -1.0)
        with pytest.raises(ValueError, match="temperature must be zero or positive"):
            core.softmax_at(torch.zeros(3), -1.0)
