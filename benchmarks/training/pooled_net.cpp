// Trains 3x3 convolution -> max-pool 3 -> ReLU -> linear on 28x28 images, one example after another.
//
// A pooled row of 8 outputs is one vector.  An image is stored as [27 rows][5 planes][8 lanes] bytes: lane j
// of plane d is column 3j + d, so that every filter tap of every pooling shift reads whole vectors.  The
// gradient goes through the largest response only, which spares most of the backward pass.
//
// Parameters lie one after another, as torch's modules hold them: kernels [C][9], biases [C],
// weights [10][C * 64], biases [10].
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

typedef float Lanes __attribute__((vector_size(32), aligned(32)));
typedef float Unaligned __attribute__((vector_size(32), aligned(4)));
typedef int32_t Shifts __attribute__((vector_size(32), aligned(32)));
typedef float Few __attribute__((vector_size(16), aligned(4)));

enum { ROWS = 27, PLANES = 5, POOLED = 8, TAPS = 9, GROUP = 3, TOGETHER = 2, CLASSES = 10, MOST = 96 };
enum { SIDE = 28, IMAGE = ROWS * PLANES * POOLED };

struct Images {  // pixels become pixel * scale + shift; planes hold them as said above
    const uint8_t *planes, *pixels, *labels;
    int32_t count;
    float scale, shift;
};

struct Optimizer {  // adam: momentum is beta 1, steps counts those already made
    int32_t adam, steps;
    float lr, momentum, beta2, epsilon, weight_decay;
};

struct Views {
    float *kernels, *kernel_bias, *weights, *bias;
    Views(float *start, int channels)
        : kernels(start), kernel_bias(kernels + TAPS * channels), weights(kernel_bias + channels),
          bias(weights + CLASSES * 64 * channels) {}
};

struct Example {  // what the forward pass leaves: the image, ReLU's outputs, where in a window the largest response was
    Lanes image[ROWS * PLANES], hidden[MOST], slope[MOST];
    float plain[SIDE * SIDE + 8];
    Shifts chosen[MOST];
    float scores[CLASSES];
};

static void expand(const uint8_t *__restrict from, int count, float scale, float shift, float *__restrict to) {
    for (int i = 0; i < count; i++) to[i] = from[i] * scale + shift;
}

// TOGETHER pooled rows of GROUP channels: each weight, once in a register, serves several vectors.
static inline void pooled_rows(const Lanes *image, const float *kernel, const float *bias, int row,
                               Lanes *hidden, Shifts *chosen) {
    Lanes best[GROUP][TOGETHER];
    Shifts where[GROUP][TOGETHER] = {};
    for (int c = 0; c < GROUP; c++)
        for (int r = 0; r < TOGETHER; r++) best[c][r] = Lanes{} - INFINITY;
    for (int shift = 0; shift < TAPS; shift++) {
        const Lanes *corner = image + (3 * row + shift / 3) * PLANES + shift % 3;
        Lanes response[GROUP][TOGETHER] = {};
        for (int tap = 0; tap < TAPS; tap++) {
            for (int r = 0; r < TOGETHER; r++) {
                const Lanes pixels = corner[(3 * r + tap / 3) * PLANES + tap % 3];
                for (int c = 0; c < GROUP; c++) response[c][r] += pixels * kernel[c * TAPS + tap];
            }
        }
        for (int c = 0; c < GROUP; c++)
            for (int r = 0; r < TOGETHER; r++) {
                Shifts larger = ~(response[c][r] <= best[c][r]);  // NaN counts as larger: it must not get lost
                best[c][r] = larger ? response[c][r] : best[c][r];
                where[c][r] = larger ? Shifts{} + (shift / 3 * SIDE + shift % 3) : where[c][r];
            }
    }
    for (int c = 0; c < GROUP; c++)
        for (int r = 0; r < TOGETHER; r++) {
            Lanes value = best[c][r] + bias[c];
            hidden[c * POOLED + row + r] = value < 0 ? Lanes{} : value;
            chosen[c * POOLED + row + r] = where[c][r];
        }
}

static void forward(const Views &net, int channels, Example &e) {
    for (int c = 0; c < channels; c += GROUP)
        for (int row = 0; row < POOLED; row += TOGETHER)
            pooled_rows(e.image, net.kernels + c * TAPS, net.kernel_bias + c, row, e.hidden + c * POOLED,
                        e.chosen + c * POOLED);
    Lanes sums[CLASSES] = {};
    const int width = channels * POOLED;
    for (int q = 0; q < width; q++)
        for (int k = 0; k < CLASSES; k++)
            sums[k] += e.hidden[q] * (Lanes)*(const Unaligned *)(net.weights + (k * width + q) * 8);
    for (int k = 0; k < CLASSES; k++) {
        e.scores[k] = net.bias[k];
        for (int lane = 0; lane < 8; lane++) e.scores[k] += sums[k][lane];
    }
}

// Turns scores into probabilities and returns the cross entropy.
static float softmax(float *scores, int label) {
    float top = scores[0], own = scores[label], sum = 0;
    for (int k = 1; k < CLASSES; k++) top = scores[k] > top ? scores[k] : top;
    for (int k = 0; k < CLASSES; k++) sum += scores[k] = expf(scores[k] - top);
    for (int k = 0; k < CLASSES; k++) scores[k] /= sum;
    return logf(sum) + top - own;
}

// Adds the gradient of one example; e.scores hold the loss's slope at each score.
static void backward(const Views &net, const Views &gradient, int channels, Example &e) {
    const int width = channels * POOLED;
    for (int k = 0; k < CLASSES; k++) gradient.bias[k] += e.scores[k];
    for (int q = 0; q < width; q++) {
        e.slope[q] = Lanes{};
        for (int k = 0; k < CLASSES; k++) {
            *(Unaligned *)(gradient.weights + (k * width + q) * 8) += e.hidden[q] * e.scores[k];
            e.slope[q] += (Lanes)*(const Unaligned *)(net.weights + (k * width + q) * 8) * e.scores[k];
        }
    }
    for (int c = 0; c < channels; c++) {
        Few kernel[3] = {};  // a row of taps each; the fourth lane is not used
        float bias = 0;
        for (int row = 0; row < POOLED; row++) {
            const int q = c * POOLED + row;
            Lanes slopes = e.hidden[q] <= 0 ? Lanes{} : e.slope[q];
            const float *slope = (const float *)&slopes;
            const int32_t *chosen = (const int32_t *)&e.chosen[q];
            for (int lane = 0; lane < 8; lane++) {  // no branch for slope 0: it is hard to predict
                const float *corner = e.plain + 3 * row * SIDE + 3 * lane + chosen[lane];
                bias += slope[lane];
                for (int u = 0; u < 3; u++) kernel[u] += *(const Few *)(corner + u * SIDE) * slope[lane];
            }
        }
        for (int tap = 0; tap < TAPS; tap++) gradient.kernels[c * TAPS + tap] += kernel[tap / 3][tap % 3];
        gradient.kernel_bias[c] += bias;
    }
}

// torch.optim.SGD and Adam; first and second are the moments.
static void update(Optimizer &rule, int size, float *values, const float *gradient, float *first, float *second) {
    rule.steps++;
    const float m = rule.momentum, v = rule.beta2;
    const float step = rule.lr / (1 - powf(m, rule.steps)), root = sqrtf(1 - powf(v, rule.steps));
    for (int i = 0; i < size; i++) {
        const float slope = gradient[i] + rule.weight_decay * values[i];
        if (rule.adam) {
            first[i] = m * first[i] + (1 - m) * slope;
            second[i] = v * second[i] + (1 - v) * slope * slope;
            values[i] -= step * first[i] / (sqrtf(second[i]) / root + rule.epsilon);
        } else {
            first[i] = m * first[i] + slope;
            values[i] -= rule.lr * first[i];
        }
    }
}

// One epoch in the given order; returns the mean loss.  memory: gradient, first and second moments.
extern "C" double train(const Images *data, const int64_t *order, int batch, int channels, float *values,
                        float *memory, Optimizer *rule) {
    const int size = channels * (TAPS + 1 + CLASSES * 64) + CLASSES;
    const Views net(values, channels), gradient(memory, channels);
    Example e;
    double total = 0;
    for (int start = 0; start < data->count; start += batch) {
        const int stop = start + batch < data->count ? start + batch : data->count;
        memset(memory, 0, size * sizeof(float));
        for (int i = start; i < stop; i++) {
            const int label = data->labels[order[i]];
            expand(data->planes + order[i] * IMAGE, IMAGE, data->scale, data->shift, (float *)e.image);
            expand(data->pixels + order[i] * SIDE * SIDE, SIDE * SIDE, data->scale, data->shift, e.plain);
            forward(net, channels, e);
            total += softmax(e.scores, label);
            e.scores[label] -= 1;
            for (int k = 0; k < CLASSES; k++) e.scores[k] /= stop - start;
            backward(net, gradient, channels, e);
        }
        update(*rule, size, values, memory, memory + size, memory + 2 * size);
    }
    return total / data->count;
}

// Writes accuracy and mean loss; of equal scores the first counts, and NaN before all, as in torch's argmax.
extern "C" void evaluate(const Images *data, int channels, float *values, double *out) {
    const Views net(values, channels);
    Example e;
    int hits = 0;
    double total = 0;
    for (int i = 0; i < data->count; i++) {
        expand(data->planes + i * IMAGE, IMAGE, data->scale, data->shift, (float *)e.image);
        forward(net, channels, e);
        int best = 0;
        for (int k = 1; k < CLASSES && !std::isnan(e.scores[best]); k++)
            if (!(e.scores[k] <= e.scores[best])) best = k;
        hits += best == data->labels[i];
        total += softmax(e.scores, data->labels[i]);
    }
    out[0] = (double)hits / data->count;
    out[1] = total / data->count;
}
