// Judge reads a ledger as an outsider with other people's code would: golang.org/x/mod/sumdb's note and tlog, and
// nothing of Overt's.
//
//	judge [flags] LEDGER VKEY
//
// It opens the checkpoint with note.Open, reads every hash of the tree through tlog.TileHashReader, hashes every entry of
// the bundles, and proves and checks the inclusion of each. Flags, each as often as wanted:
//
//	-older FILE       an older checkpoint: consistent with the newest (ProveTree, CheckTree), and the tree of its size
//	                  read from its own tiles
//	-proof FILE       a tlog-proof of one entry, as somebody else made it (CheckRecord)
//	-extension FILE   a consistency proof as C2SP tlog-witness writes it, "old N", hashes, checkpoint (CheckTree)
//	-cosigner VKEY    a witness that has to have cosigned the checkpoint (cosignature/v1, written anew below)
//
// With -note, LEDGER is the file of one cosigned checkpoint, and only its signatures are judged.
//
// One line of JSON; exit status 0 accepted, 1 refused, 2 wrong usage.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Height of the tiles of C2SP tlog-tiles.
const height = 8

const width = 1 << height

type list []string

func (l *list) String() string         { return strings.Join(*l, " ") }
func (l *list) Set(value string) error { *l = append(*l, value); return nil }

type verdict struct {
	Accepted   bool             `json:"accepted"`
	Refused    string           `json:"refused,omitempty"`
	Error      string           `json:"error,omitempty"`
	Origin     string           `json:"origin,omitempty"`
	Size       int64            `json:"size"`
	Root       string           `json:"root,omitempty"`
	Hashes     int64            `json:"hashes"`
	Entries    int64            `json:"entries"`
	Older      []int64          `json:"older"`
	Proofs     int              `json:"proofs"`
	Extensions int              `json:"extensions"`
	Cosigned   map[string]int64 `json:"cosigned"`
}

type refusal struct {
	what string
	err  error
}

func (r *refusal) Error() string { return r.what + ": " + r.err.Error() }

func refuse(what string, err error) error {
	if err == nil {
		return nil
	}
	return &refusal{what, err}
}

func main() {
	var older, proofs, extensions, cosigners list
	flag.Var(&older, "older", "file of an older checkpoint")
	flag.Var(&proofs, "proof", "file of a tlog-proof")
	flag.Var(&extensions, "extension", "file of a consistency proof")
	flag.Var(&cosigners, "cosigner", "verifier key of a witness")
	noteOnly := flag.Bool("note", false, "judge one checkpoint's signatures only")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: judge [flags] LEDGER VKEY")
		os.Exit(2)
	}
	v := &verdict{Older: []int64{}, Cosigned: map[string]int64{}}
	err := judge(v, flag.Arg(0), flag.Arg(1), *noteOnly, older, proofs, extensions, cosigners)
	v.Accepted = err == nil
	var r *refusal
	if errors.As(err, &r) {
		v.Refused, v.Error = r.what, r.err.Error()
	}
	line, _ := json.Marshal(v)
	fmt.Println(string(line))
	if err != nil {
		os.Exit(1)
	}
}

func judge(v *verdict, place, vkey string, noteOnly bool, older, proofs, extensions, cosigners list) error {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return refuse("key", err)
	}
	name := place
	if !noteOnly {
		name = filepath.Join(place, "checkpoint")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return refuse("checkpoint", err)
	}
	tree, origin, err := openCheckpoint(data, key)
	if err != nil {
		return refuse("checkpoint", err)
	}
	v.Origin, v.Size, v.Root = origin, tree.N, tree.Hash.String()
	if err := checkCosigners(v, data, cosigners); err != nil {
		return refuse("cosignature", err)
	}
	if noteOnly {
		return nil
	}
	hashes, err := readHashes(place, tree)
	if err != nil {
		return refuse("tiles", err)
	}
	v.Hashes = int64(len(hashes))
	if err := checkEntries(v, place, tree, hashes); err != nil {
		return refuse("entries", err)
	}
	for _, each := range older {
		if err := checkOlder(v, place, each, key, tree, hashes); err != nil {
			return refuse("older", err)
		}
	}
	for _, each := range proofs {
		if err := checkProof(v, place, each, key); err != nil {
			return refuse("proof", err)
		}
	}
	for _, each := range extensions {
		if err := checkExtension(v, each, key, hashes); err != nil {
			return refuse("extension", err)
		}
	}
	return nil
}

// openCheckpoint lets note.Open judge the signature, and reads origin, size and root (C2SP tlog-checkpoint).
func openCheckpoint(data []byte, key note.Verifier) (tlog.Tree, string, error) {
	opened, err := note.Open(data, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, "", err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, "", errors.New("fewer than three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, "", fmt.Errorf("size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, "", err
	}
	if lines[0] != key.Name() {
		return tlog.Tree{}, "", fmt.Errorf("origin %q under the key of %q", lines[0], key.Name())
	}
	return tlog.Tree{N: size, Hash: root}, lines[0], nil
}

// tiles is the adapter: tlog asks for tile/8/<L>/<N>, C2SP tlog-tiles publishes tile/<L>/<N>, and a partial tile may have
// been replaced by the full one.
type tiles struct {
	folder string
	read   map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return height }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := t.one(tile)
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func (t *tiles) one(tile tlog.Tile) ([]byte, error) {
	if data, ok := t.read[tile]; ok {
		return data, nil
	}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
	data, err := os.ReadFile(filepath.Join(t.folder, path))
	if os.IsNotExist(err) && tile.W < width {
		data, err = t.one(tlog.Tile{H: tile.H, L: tile.L, N: tile.N, W: width})
		if err == nil {
			data = data[:tile.W*tlog.HashSize]
		}
	}
	if err != nil {
		return nil, err
	}
	if len(data) != tile.W*tlog.HashSize {
		return nil, fmt.Errorf("%s has %d bytes", path, len(data))
	}
	t.read[tile] = data
	return data, nil
}

// memory serves hashes that TileHashReader has let pass.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(m)) {
			return nil, fmt.Errorf("hash %d of %d", index, len(m))
		}
		found[i] = m[index]
	}
	return found, nil
}

// readHashes reads each stored hash of the tree through TileHashReader, which holds every tile against the root.
func readHashes(folder string, tree tlog.Tree) (memory, error) {
	reader := tlog.TileHashReader(tree, &tiles{folder, map[tlog.Tile][]byte{}})
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, errors.New("the tiles lead to another root")
	}
	count := tlog.StoredHashCount(tree.N)
	all := make(memory, 0, count)
	for start := int64(0); start < count; start += 4096 {
		var indexes []int64
		for index := start; index < count && index < start+4096; index++ {
			indexes = append(indexes, index)
		}
		found, err := reader.ReadHashes(indexes)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, checkNodes(all)
}

// checkNodes holds every node against its children. TileHashReader should have: but where the last subtrees of a tree lie
// in one tile, as they do at 300 entries, the loop of golang.org/x/mod 0.7 (Debian 12) that compares full tiles with their
// parents begins too late, and lets as many tiles pass unseen.
func checkNodes(all memory) error {
	for index, hash := range all {
		level, n := tlog.SplitStoredHashIndex(int64(index))
		if level == 0 {
			continue
		}
		left, right := tlog.StoredHashIndex(level-1, 2*n), tlog.StoredHashIndex(level-1, 2*n+1)
		if tlog.NodeHash(all[left], all[right]) != hash {
			return fmt.Errorf("node %d of level %d is not what its children hash to", n, level)
		}
	}
	return nil
}

// bundle reads the entries of a bundle of so many: each behind its length, big-endian, in two bytes.
func bundle(folder string, number int64, count int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: number, W: count}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", height), "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(folder, path))
	if os.IsNotExist(err) && count < width {
		entries, err := bundle(folder, number, width)
		if err != nil {
			return nil, err
		}
		return entries[:count], nil
	}
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if end > len(data) {
			break
		}
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if len(data) != 0 || len(entries) != count {
		return nil, fmt.Errorf("%s does not hold %d entries", path, count)
	}
	return entries, nil
}

func entryAt(folder string, size, index int64) ([]byte, error) {
	count := size - index/width*width
	if count > width {
		count = width
	}
	entries, err := bundle(folder, index/width, int(count))
	if err != nil {
		return nil, err
	}
	return entries[index%width], nil
}

func checkEntries(v *verdict, folder string, tree tlog.Tree, hashes memory) error {
	for number := int64(0); number*width < tree.N; number++ {
		count := tree.N - number*width
		if count > width {
			count = width
		}
		entries, err := bundle(folder, number, int(count))
		if err != nil {
			return err
		}
		for i, entry := range entries {
			index := number*width + int64(i)
			proof, err := tlog.ProveRecord(tree.N, index, hashes)
			if err != nil {
				return fmt.Errorf("entry %d: %v", index, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return fmt.Errorf("entry %d: %v", index, err)
			}
			v.Entries++
		}
	}
	return nil
}

func checkOlder(v *verdict, folder, file string, key note.Verifier, newest tlog.Tree, hashes memory) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, _, err := openCheckpoint(data, key)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(newest.N, old.N, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, newest.N, newest.Hash, old.N, old.Hash); err != nil {
		return err
	}
	root, err := tlog.TreeHash(old.N, tlog.TileHashReader(old, &tiles{folder, map[tlog.Tile][]byte{}}))
	if err != nil {
		return err
	}
	if root != old.Hash {
		return errors.New("the tiles of the older size lead to another root")
	}
	v.Older = append(v.Older, old.N)
	return nil
}

// proofLines splits "first lines, hashes, empty line, checkpoint".
func proofLines(file string, before int, key note.Verifier) ([]string, []tlog.Hash, tlog.Tree, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, tlog.Tree{}, err
	}
	parts := bytes.SplitN(data, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < before {
		return nil, nil, tlog.Tree{}, errors.New("not in the form of a proof")
	}
	var hashes []tlog.Hash
	for _, line := range lines[before:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, nil, tlog.Tree{}, err
		}
		hashes = append(hashes, hash)
	}
	tree, _, err := openCheckpoint(parts[1], key)
	return lines[:before], hashes, tree, err
}

func checkProof(v *verdict, folder, file string, key note.Verifier) error {
	lines, hashes, tree, err := proofLines(file, 2, key)
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("not a tlog-proof: %q", lines)
	}
	if index < 0 || index >= tree.N {
		return fmt.Errorf("entry %d of %d", index, tree.N)
	}
	entry, err := entryAt(folder, tree.N, index)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(hashes, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	v.Proofs++
	return nil
}

func checkExtension(v *verdict, file string, key note.Verifier, all memory) error {
	lines, hashes, tree, err := proofLines(file, 1, key)
	if err != nil {
		return err
	}
	old, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "old "), 10, 64)
	if err != nil || old < 1 || old > tree.N {
		return fmt.Errorf("not a consistency proof: %q", lines)
	}
	root, err := tlog.TreeHash(old, all)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(hashes, tree.N, tree.Hash, old, root); err != nil {
		return err
	}
	v.Extensions++
	return nil
}

// A cosigner verifies Ed25519 cosignatures (C2SP tlog-cosignature, signature type 4) for note.Open.
type cosigner struct {
	name   string
	public []byte
}

const cosignatureV1 = 4

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignatureV1 {
		return nil, errors.New("not the verifier key of an Ed25519 cosigner")
	}
	c := &cosigner{parts[0], key[1:]}
	if fmt.Sprintf("%08x", c.KeyHash()) != parts[1] {
		return nil, errors.New("the key's ID is another key's")
	}
	return c, nil
}

func (c *cosigner) Name() string { return c.name }

func (c *cosigner) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.public...))
	return binary.BigEndian.Uint32(sum[:])
}

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), text...)
	return time < 1<<63 && ed25519.Verify(c.public, message, signature[8:])
}

func checkCosigners(v *verdict, data []byte, vkeys list) error {
	for _, vkey := range vkeys {
		c, err := newCosigner(vkey)
		if err != nil {
			return err
		}
		opened, err := note.Open(data, note.VerifierList(c))
		if err != nil {
			return err
		}
		blob, err := base64.StdEncoding.DecodeString(opened.Sigs[0].Base64)
		if err != nil {
			return err
		}
		v.Cosigned[c.name] = int64(binary.BigEndian.Uint64(blob[4:]))
	}
	return nil
}
