package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"parley/config"
	"parley/store"
)

// A backup is a gzip'ed tar: manifest.json, the database below database/, the
// attachments below files/, and last checksums.json, which names the SHA-256 of
// everything before it. A backup without its end was cut off.
const (
	manifestName = "manifest.json"
	checksName   = "checksums.json"
	databaseDir  = "database"
	filesDir     = "files"

	backupFormat = 1
	mostManifest = 16 << 20 // bytes of the two lists, which are read into memory
)

// manifest says what a backup holds.
type manifest struct {
	Format   int       `json:"format"`
	Parley   string    `json:"parley"`   // the version that made it
	Database string    `json:"database"` // sqlite or postgres
	Form     int64     `json:"form"`     // of the database
	At       time.Time `json:"at"`
}

func kindOf(data config.Data) string {
	if data.Database == "" {
		return "sqlite"
	}
	return "postgres"
}

type backupCommand struct {
	config.Data
	File string `arg:"" help:"The file to write, such as parley-2026-11-22.tar.gz. It must not exist."`
}

// Help is shown below the usage.
func (backupCommand) Help() string {
	return "The copy shows one moment and may be made while the server runs. It does not hold PARLEY_SECRET: keep that apart, for example in your password manager; without it the tokens of connections must be entered again after a restore. It does hold what customers wrote, so keep it as safe as the server."
}

func (c backupCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	s, err := openMade(ctx, c.Data, store.Config{Now: time.Now, Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := needForm(ctx, s); err != nil {
		return err
	}
	form, err := s.Form(ctx)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.File); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists already, and a backup replaces nothing. Choose another name", c.File)
	}
	spool, err := os.MkdirTemp(filepath.Dir(c.File), ".parley-backup-")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no folder %s for the backup. Make it, or name a file elsewhere", filepath.Dir(c.File))
	}
	if err != nil {
		return fmt.Errorf("the backup cannot be written beside %s: %w. Name a file in a folder that you may write to", c.File, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(spool)) }()
	began := time.Now()
	names, err := s.Dump(ctx, spool)
	if err != nil {
		return err
	}
	attachments, err := c.FilesDir()
	if err != nil {
		return err
	}
	w, err := newArchive(filepath.Join(spool, "backup"))
	if err != nil {
		return err
	}
	if err := w.fill(ctx, manifest{backupFormat, version, kindOf(c.Data), form.Have, began.UTC().Truncate(time.Second)}, spool, names, attachments); err != nil {
		return errors.Join(err, w.file.Close())
	}
	if err := w.finish(); err != nil {
		return err
	}
	// A link fails where a rename would replace what somebody made meanwhile.
	if err := os.Link(filepath.Join(spool, "backup"), c.File); err != nil {
		return err
	}
	if err := syncFolder(filepath.Dir(c.File)); err != nil {
		return err
	}
	secret := "PARLEY_SECRET"
	if c.Secret == "" {
		secret = "the secret, " + filepath.Join(c.Dir, "secret") + ","
	}
	fmt.Printf("%s holds the database and %d files as they were at %s, %d MB, made in %s.\nKeep %s apart from it.\n",
		c.File, w.files, began.UTC().Format(time.RFC3339), (w.size+1<<20-1)>>20, time.Since(began).Round(time.Millisecond), secret)
	return nil
}

// archive writes a backup.
type archive struct {
	file  *os.File
	gzip  *gzip.Writer
	tar   *tar.Writer
	sums  map[string]string
	files int
	size  int64
}

func newArchive(name string) (*archive, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &archive{file: f, gzip: z, tar: tar.NewWriter(z), sums: map[string]string{}}, nil
}

// fill adds everything. The attachments come after the database: what it names
// was on the disk before, so nothing is missing that it needs.
func (a *archive) fill(ctx context.Context, m manifest, spool string, names []string, attachments string) error {
	head, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := a.add(ctx, manifestName, int64(len(head)), strings.NewReader(string(head))); err != nil {
		return err
	}
	for _, name := range names {
		if err := a.copy(ctx, path.Join(databaseDir, name), filepath.Join(spool, name)); err != nil {
			return err
		}
		if err := os.Remove(filepath.Join(spool, name)); err != nil {
			return err
		}
	}
	return filepath.WalkDir(attachments, func(at string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // nobody sent a file yet, or its last message was deleted meanwhile
		}
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(attachments, at)
		if err != nil {
			return err
		}
		err = a.copy(ctx, path.Join(filesDir, filepath.ToSlash(rel)), at)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		a.files++
		return err
	})
}

func (a *archive) copy(ctx context.Context, name, from string) (err error) {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.add(ctx, name, info.Size(), f)
}

func (a *archive) add(ctx context.Context, name string, size int64, from io.Reader) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, Format: tar.FormatPAX}); err != nil {
		return err
	}
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(a.tar, h), from); err != nil {
		return err
	}
	a.sums[name] = hex.EncodeToString(h.Sum(nil))
	return nil
}

// finish ends the archive and waits until it is on the disk.
func (a *archive) finish() error {
	sums, err := json.Marshal(a.sums)
	if err != nil {
		return errors.Join(err, a.file.Close())
	}
	err = a.add(context.Background(), checksName, int64(len(sums)), strings.NewReader(string(sums)))
	err = errors.Join(err, a.tar.Close(), a.gzip.Close(), a.file.Sync())
	if info, statErr := a.file.Stat(); statErr == nil {
		a.size = info.Size()
	}
	return errors.Join(err, a.file.Close())
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

type restoreCommand struct {
	config.Data
	File string `arg:"" help:"A file that \"parley backup\" wrote."`
}

// Help is shown below the usage.
func (restoreCommand) Help() string {
	return "The data folder must hold no database, and a PostgreSQL database must be empty. The copy is verified before it takes its place; nothing is left behind when it fails. Give the secret of the server that was backed up in PARLEY_SECRET, or put its file into the data folder first."
}

func (c restoreCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	if served(c.Dir) {
		return fmt.Errorf("a server runs on %s. Stop it first", c.Dir)
	}
	if _, err := os.Stat(filepath.Join(c.Dir, store.File)); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already, and a restore replaces nothing. Choose an empty folder with --data", filepath.Join(c.Dir, store.File))
	}
	if err := c.emptyFiles(); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	work, err := os.MkdirTemp(c.Dir, ".restoring-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	m, err := unpack(ctx, f, work, kindOf(c.Data))
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	var key []byte // none is made before it is known that nothing needs another
	if c.HasKey() {
		if key, err = c.Key(); err != nil {
			return err
		}
	}
	var sealed int
	if m.Database == "sqlite" {
		sealed, err = c.place(ctx, log, work, key)
	} else {
		sealed, err = c.load(ctx, log, work, key, m)
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s is restored as it was at %s, and verified.\n", c.File, m.At.Format(time.RFC3339))
	switch {
	case sealed > 0:
		fmt.Print(c.sealedText(sealed))
	case key == nil:
		_, err = c.Key()
	}
	return err
}

// sealedText says what is missing so that the connections work again.
func (c restoreCommand) sealedText(n int) string {
	with := "without the secret of the server that was backed up"
	if c.HasKey() {
		with = "with this secret"
	}
	return fmt.Sprintf("BUT the secrets of %s cannot be read %s: there nothing is sent or received. Before the server starts, give its PARLEY_SECRET or put its file \"secret\" into %s; or enter the tokens again under Settings, Channels.\n",
		count(n, "connection"), with, c.Dir)
}

// place verifies a copy of SQLite and its attachments beside their place and
// then moves them there.
func (c restoreCommand) place(ctx context.Context, log *slog.Logger, work string, key []byte) (sealed int, err error) {
	dir := filepath.Join(work, databaseDir)
	if sealed, err = proven(ctx, store.Config{Dir: dir, Secret: key, Now: time.Now, Logger: log}, func(s *store.Store) error { return migrate(ctx, s) }); err != nil {
		return 0, err
	}
	if err := c.placeFiles(filepath.Join(work, filesDir)); err != nil {
		return 0, err
	}
	// The database comes last: without it the folder counts as empty.
	if err := os.Rename(filepath.Join(dir, store.File), filepath.Join(c.Dir, store.File)); err != nil {
		return 0, err
	}
	return sealed, syncFolder(c.Dir)
}

// load fills PostgreSQL, verifies, and moves the attachments to their place.
func (c restoreCommand) load(ctx context.Context, log *slog.Logger, work string, key []byte, m manifest) (sealed int, err error) {
	if sealed, err = proven(ctx, store.Config{Dir: c.Dir, URL: c.Database, Secret: key, Now: time.Now, Logger: log}, func(s *store.Store) error {
		if err := alone(ctx, c.Data, s); err != nil {
			return err
		}
		if err := s.MigrateTo(ctx, m.Form); err != nil {
			return err
		}
		if err := s.Load(ctx, filepath.Join(work, databaseDir)); err != nil {
			return err
		}
		return errors.Join(migrate(ctx, s), s.Analyze(ctx))
	}); err != nil {
		return 0, err
	}
	if err := c.placeFiles(filepath.Join(work, filesDir)); err != nil {
		return 0, err
	}
	return sealed, syncFolder(c.Dir)
}

// proven opens a database, fills it, audits it, and counts the connections whose
// secrets cannot be read.
func proven(ctx context.Context, cfg store.Config, fill func(*store.Store) error) (sealed int, err error) {
	s, err := store.Open(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := fill(s); err != nil {
		return 0, err
	}
	// Work that was under way when the copy was made is done after the start: as
	// of 1970 nothing is overdue.
	report, err := s.Audit(ctx, time.Unix(0, 0))
	if err != nil {
		return 0, err
	}
	for _, check := range report.Checks {
		if check.Wrong > 0 {
			return 0, fmt.Errorf("the copy does not hold: %s: wrong %d times: %s", check.Name, check.Wrong, strings.Join(check.Findings, "; "))
		}
	}
	all, err := s.Connections(ctx, 0)
	for _, conn := range all {
		if conn.Sealed {
			sealed++
		}
	}
	return sealed, err
}

// count is a number of things, in words that fit it.
func count[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// emptyFiles fails when there are attachments where those of the backup belong. A
// folder that was named may be there, such as a mounted share.
func (c restoreCommand) emptyFiles() error {
	dir, err := c.FilesDir()
	if err != nil {
		return err
	}
	there, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case c.Files == "" || len(there) > 0:
		return fmt.Errorf("%s is there already, and a restore replaces nothing. Choose an empty folder with --data or --files", dir)
	}
	return nil
}

// placeFiles brings the attachments to their place. One that was named may lie on
// another disk, where nothing can be renamed to.
func (c restoreCommand) placeFiles(from string) error {
	dir, err := c.FilesDir()
	if err != nil {
		return err
	}
	if c.Files == "" {
		err = os.Rename(from, dir)
	} else {
		err = copyTree(from, dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the backup holds none
	}
	return err
}

// copyTree copies a folder and syncs what it wrote.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, at)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return errors.Join(copyFile(at, filepath.Join(to, rel)), syncFolder(filepath.Dir(filepath.Join(to, rel))))
	})
}

func copyFile(from, to string) (err error) {
	r, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	w, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	return w.Sync()
}

// unpack writes a backup below dir and compares every checksum.
func unpack(ctx context.Context, from io.Reader, dir, kind string) (m manifest, err error) {
	z, err := gzip.NewReader(from)
	if err != nil {
		return m, fmt.Errorf("this is no backup of Parley: %w", err)
	}
	defer func() {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the backup was cut off: its end is missing. Copy it once more, or take another")
		}
	}()
	root, err := os.OpenRoot(dir) // whatever an archive calls its parts, they stay inside
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	have, want := map[string]string{}, map[string]string{}
	t := tar.NewReader(z)
	for first := true; ; first = false {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return m, fmt.Errorf("the backup is damaged or was cut off: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return m, err
		}
		switch {
		case first != (h.Name == manifestName) || h.Typeflag != tar.TypeReg:
			return m, errors.New("this is no backup of Parley")
		case h.Name == manifestName:
			sum := sha256.New()
			if err := json.NewDecoder(io.TeeReader(io.LimitReader(t, mostManifest), sum)).Decode(&m); err != nil {
				return m, fmt.Errorf("its manifest cannot be read: %w", err)
			}
			have[h.Name] = hex.EncodeToString(sum.Sum(nil))
			if m.Format != backupFormat {
				return m, fmt.Errorf("it has format %d, and this version reads format %d", m.Format, backupFormat)
			}
			if m.Database != kind {
				return m, fmt.Errorf("it is of a %s database and cannot be restored into %s. Set --database accordingly", m.Database, kind)
			}
		case h.Name == checksName:
			if err := json.NewDecoder(io.LimitReader(t, mostManifest)).Decode(&want); err != nil {
				return m, fmt.Errorf("its checksums cannot be read: %w", err)
			}
		default:
			if have[h.Name], err = put(root, h.Name, t); err != nil {
				return m, err
			}
		}
	}
	if len(want) == 0 {
		return m, io.ErrUnexpectedEOF
	}
	for name, sum := range want {
		if have[name] != sum {
			return m, fmt.Errorf("the backup is damaged: %s has other bytes than were backed up", name)
		}
	}
	if len(have) != len(want) {
		return m, errors.New("the backup holds files that it does not name")
	}
	return m, nil
}

func put(root *os.Root, name string, from io.Reader) (sum string, err error) {
	if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o700); err != nil {
		return "", err
	}
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, h), from)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Sync(), f.Close())
}
