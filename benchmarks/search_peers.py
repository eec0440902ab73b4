"""The other engines' side of `search.py`; runs in an environment of its own, without Overt. Not a benchmark.

    python search_peers.py FOLDER NAME...

FOLDER holds references.npy and probes.npy. Says in one line of JSON for each name what it built, or why it could not.
Then answers each line of JSON on standard input (name, kind, count, threads, threshold, probes) by one line: seconds,
the processor's seconds, and the rows found for each probe. What each engine is asked is said at its class.
"""

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

WIDER = 200
"""Rows that an engine which rounds is asked for, to be scored again in float32."""
ENOUGH = 50
"""The best so many stand for 'all >= t' where an engine has no such question."""


class Question:
    """What is asked, with the probes' vectors."""

    def __init__(self, asked: dict, probes: np.ndarray) -> None:
        self.vectors = np.ascontiguousarray(probes[asked["probes"]])
        self.best, self.count = asked["kind"] == "best", asked["count"]
        self.threads, self.threshold = asked["threads"], asked["threshold"]


class Numpy:
    """One matrix product in float32, then the highest by partition, or those at or above t."""

    all_by = "comparison of every score"

    def __init__(self, references: np.ndarray) -> None:
        from threadpoolctl import threadpool_limits

        self.rows, self.limited = references, threadpool_limits
        self.read = self.held = 4 * references.shape[1]

    def ask(self, asked: Question) -> list:
        with self.limited(asked.threads):
            scores = asked.vectors @ self.rows.T
        if not asked.best:
            return [np.flatnonzero(one >= asked.threshold) for one in scores]
        count = min(asked.count, scores.shape[1])
        return [np.argpartition(-one, count - 1)[:count] for one in scores]


class FaissFlat:
    """IndexFlatIP: search, and range_search."""

    all_by = "range_search"

    def __init__(self, references: np.ndarray) -> None:
        import faiss

        self.faiss, self.index = faiss, faiss.IndexFlatIP(references.shape[1])
        self.index.add(references)
        self.read = self.held = 4 * references.shape[1]

    def ask(self, asked: Question) -> list:
        self.faiss.omp_set_num_threads(asked.threads)
        if asked.best:
            return list(self.index.search(asked.vectors, asked.count)[1])
        ends, _, rows = self.index.range_search(asked.vectors, asked.threshold)
        return [rows[ends[at] : ends[at + 1]] for at in range(len(asked.vectors))]


class FaissSigned:
    """QT_8bit_direct_signed, scaled so that the largest number is 127; the best WIDER are scored again in float32.

    Its range_search took 45 times as long as its search, so 'all >= t' is answered from the best WIDER, too. Nothing
    proves that everybody is among them.
    """

    all_by = f"best {WIDER}, scored again"

    def __init__(self, references: np.ndarray) -> None:
        import faiss

        self.faiss, self.rows = faiss, references
        self.scale = np.float32(127 / np.abs(references).max())
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self.index = faiss.IndexScalarQuantizer(references.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        for start in range(0, len(references), 100_000):
            part = references[start : start + 100_000] * self.scale
            if not start:
                self.index.train(part)
            self.index.add(part)
        self.read = references.shape[1]
        self.held = 5 * references.shape[1]

    def ask(self, asked: Question) -> list:
        self.faiss.omp_set_num_threads(asked.threads)
        near = self.index.search(asked.vectors * self.scale, min(WIDER, len(self.rows)))[1]
        return [again(self.rows, one, vector, asked) for one, vector in zip(near, asked.vectors, strict=True)]


class Usearch:
    """Its exact search over a matrix, by cosine; it has no question for 'all >= t'."""

    all_by = f"not offered: best {ENOUGH}"

    def __init__(self, references: np.ndarray) -> None:
        from usearch import index

        self.index, self.rows = index, references
        self.read = self.held = 4 * references.shape[1]

    def ask(self, asked: Question) -> list:
        count = min(asked.count if asked.best else ENOUGH, len(self.rows))
        kind = self.index.MetricKind.IP
        found = self.index.search(self.rows, asked.vectors, count, kind, exact=True, threads=asked.threads)
        keys, distances = np.atleast_2d(found.keys), np.atleast_2d(found.distances)
        if asked.best:
            return list(keys)
        return [own[1 - far >= asked.threshold] for own, far in zip(keys, distances, strict=True)]


class Qdrant:
    """qdrant-edge in a temporary folder, no graph, no write-ahead log, exact search; 'all >= t' by score_threshold."""

    all_by = "score_threshold"

    def __init__(self, references: np.ndarray) -> None:
        import qdrant_edge

        self.edge, self.shards = qdrant_edge, {}
        self.folder = tempfile.TemporaryDirectory(prefix="overt-benchmark-")
        dimension = references.shape[1]
        for threads in (1, 2):  # it is told when a shard is opened
            config = qdrant_edge.EdgeConfig(
                vectors=qdrant_edge.EdgeVectorParams(size=dimension, distance=qdrant_edge.Distance.Dot),
                optimizers=qdrant_edge.EdgeOptimizersConfig(indexing_threshold=0),
                max_search_threads=threads,
                wal_enabled=False,
            )
            self.shards[threads] = qdrant_edge.EdgeShard.create(f"{self.folder.name}/{threads}", config)
            for start in range(0, len(references), 10_000):
                part = enumerate(references[start : start + 10_000].tolist(), start)
                points = [qdrant_edge.Point(row, vector) for row, vector in part]
                self.shards[threads].update(qdrant_edge.UpdateOperation.upsert_points(points))
        self.rows = len(references)
        self.read = self.held = 4 * dimension

    def ask(self, asked: Question) -> list:
        limits = {"limit": asked.count} if asked.best else {"limit": 1000, "score_threshold": asked.threshold}
        exact = self.edge.SearchParams(exact=True)
        requests = [
            self.edge.QueryRequest(query=self.edge.Query.Nearest(vector), params=exact, **limits)
            for vector in asked.vectors.tolist()
        ]
        answers = self.shards[asked.threads].query_batch(self.edge.QueryBatchRequest(requests))
        return [[point.id for point in points] for points in answers]


class Numkong:
    """One byte a dimension, a scale and a residual a row: the scan and the proven bound of Overt's first engine.

    A row is passed over only when the product of the codes plus the bound by Cauchy and Schwarz is below the limit;
    for the best, below the count-th highest lower bound. The others are scored again in float64.
    """

    all_by = "proven bound, scored again"
    _step = 65_536

    def __init__(self, references: np.ndarray) -> None:
        import numkong

        self.numkong, self.rows = numkong, references
        self.cores = ThreadPoolExecutor(2)
        self.codes = np.empty(references.shape, np.int8)
        self.scales, self.residuals = np.empty(len(references)), np.empty(len(references))
        for start in range(0, len(references), self._step):
            part = slice(start, start + self._step)
            self.codes[part], self.scales[part], self.residuals[part] = self._coded(references[part])
        self.read = references.shape[1] + 16
        self.held = self.read + 4 * references.shape[1]

    @staticmethod
    def _coded(vectors: np.ndarray) -> tuple:
        wide = vectors.astype(np.float64)
        scale = np.abs(wide).max(axis=1) / 127
        codes = np.rint(wide / scale[:, None])
        return codes.astype(np.int8), scale, np.linalg.norm(wide - codes * scale[:, None], axis=1) + 1e-9

    def ask(self, asked: Question) -> list:
        codes, scales, residuals = self._coded(asked.vectors)
        lengths = scales * np.linalg.norm(codes.astype(np.float64), axis=1)
        packed = self.numkong.dots_pack(codes)

        def near(part: slice) -> list:
            products = np.asarray(self.numkong.dots_packed(self.codes[part], packed))
            found = []
            for at in range(len(asked.vectors)):
                middle = products[:, at] * self.scales[part]
                middle *= scales[at]
                error = self.residuals[part] * lengths[at]
                error += residuals[at] * 1.001 + 1e-9
                least = asked.threshold
                if asked.best:
                    least = np.partition(middle - error, -asked.count)[-asked.count]
                at_least = np.flatnonzero(middle + error >= least)
                found.append((at_least + part.start, middle[at_least] + error[at_least], least))
            return found

        edges = list(range(0, len(self.rows), self._step))
        parts = [slice(start, min(start + self._step, len(self.rows))) for start in edges]
        if len(parts) > 1 and parts[-1].stop - parts[-1].start < asked.count:
            parts[-2:] = [slice(parts[-2].start, parts[-1].stop)]
        each = list(map(near, parts) if asked.threads == 1 else self.cores.map(near, parts))
        return [self._scored(asked, at, [one[at] for one in each]) for at in range(len(asked.vectors))]

    def _scored(self, asked: Question, at: int, parts: list) -> np.ndarray:
        rows, highest = (np.concatenate([part[which] for part in parts]) for which in (0, 1))
        rows = rows[highest >= max(part[2] for part in parts)]
        return again(self.rows, rows, asked.vectors[at], asked)


def again(rows: np.ndarray, near: np.ndarray, vector: np.ndarray, asked: Question) -> np.ndarray:
    """Of the rows `near` those that belong in the answer, by a product in float64."""
    near = near[near >= 0]
    scores = rows[near].astype(np.float64) @ vector.astype(np.float64)
    return near[np.argsort(-scores)[: asked.count]] if asked.best else near[scores >= asked.threshold]


ENGINES: dict[str, Callable] = {
    "faiss IndexFlatIP": FaissFlat,
    "faiss 8-bit + re-score": FaissSigned,
    "numpy": Numpy,
    "numkong int8 + bound": Numkong,
    "usearch exact": Usearch,
    "qdrant-edge exact": Qdrant,
}
NEEDS = {
    "faiss IndexFlatIP": "faiss",
    "faiss 8-bit + re-score": "faiss",
    "numpy": "threadpoolctl",
    "numkong int8 + bound": "numkong",
    "usearch exact": "usearch",
    "qdrant-edge exact": "qdrant_edge",
}


def main() -> int:
    """Answer until there is no further question."""
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    references, probes = (np.load(folder / f"{name}.npy") for name in ("references", "probes"))
    engines = {}
    for name in names:
        try:
            importlib.import_module(NEEDS[name])
        except ImportError as error:
            say({"name": name, "missing": str(error)})
            continue
        start = time.perf_counter()
        engines[name] = engine = ENGINES[name](references)
        about = {"read": engine.read, "held": engine.held, "all_by": engine.all_by}
        say({"name": name, "built_s": time.perf_counter() - start, **about})
    for line in sys.stdin:
        asked = json.loads(line)
        question = Question(asked, probes)
        cpu, start = time.process_time(), time.perf_counter()
        found = engines[asked["name"]].ask(question)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        say({"seconds": seconds, "cpu": cpu, "found": [[int(row) for row in rows] for rows in found]})
    return 0


def say(what: dict) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
