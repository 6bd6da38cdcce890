package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"parley/desk"
	"parley/metasim"
)

// shelf finds files that the program carries by the SHA-256 of their bytes, in
// hex as desk has it. The bytes are read when a phone shows them.
type shelf map[string]func() (io.ReadCloser, error)

// knownFiles are the script's and the simulator's own, which its customers and
// its phone send.
func knownFiles() (shelf, error) {
	s := shelf{}
	script, err := fs.Sub(scripts, "script/files")
	return s, errors.Join(err, s.add(script), s.add(metasim.Samples()))
}

func (s shelf) add(files fs.FS) error {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, e := range entries {
		data, err := fs.ReadFile(files, e.Name())
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		sum := sha256.Sum256(data)
		s[hex.EncodeToString(sum[:])] = func() (io.ReadCloser, error) { return files.Open(e.Name()) }
	}
	return nil
}

// file is what a phone shows of f; nil when the program does not carry it.
func (s shelf) file(f desk.File) *metasim.HistoryFile {
	open := s[f.Hash]
	if open == nil {
		return nil
	}
	return &metasim.HistoryFile{MIMEType: f.MIME, Name: f.Name, Open: open, Size: f.Size}
}
