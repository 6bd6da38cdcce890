package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// web is the members' app: its built files, read and compressed once.
type web struct {
	assets map[string]*asset // by path, such as "/assets/index-1a2b.js"
}

type asset struct {
	mime  string
	etag  string
	cache string
	plain []byte
	gzip  []byte // nil when it would not be smaller
}

const (
	indexPath = "/index.html"
	hashedDir = "/assets/" // the bundler puts a hash of the content into these names

	cacheForever = "public, max-age=31536000, immutable"
	cacheChecked = "no-cache"
	smallest     = 1024 // bytes worth compressing
)

func newWeb(files fs.FS) (*web, error) {
	w := &web{assets: map[string]*asset{}}
	if files == nil {
		return w, nil
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name != "." && strings.HasPrefix(path.Base(name), ".") {
			if d.IsDir() {
				return fs.SkipDir // what the bundler leaves for itself
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		w.assets["/"+name], err = newAsset("/"+name, data)
		return err
	})
	if err != nil {
		return nil, err
	}
	if w.assets[indexPath] == nil {
		return nil, errors.New("httpapi: the members' app has no index.html; build it with `make build`")
	}
	return w, nil
}

func newAsset(name string, data []byte) (*asset, error) {
	sum := sha256.Sum256(data)
	a := &asset{plain: data, etag: hex.EncodeToString(sum[:8]), cache: cacheChecked, mime: mime.TypeByExtension(path.Ext(name))}
	if a.mime == "" {
		a.mime = "application/octet-stream"
	}
	if strings.HasPrefix(name, hashedDir) {
		a.cache = cacheForever
	}
	if len(data) < smallest {
		return a, nil
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if packed.Len() < len(data)*9/10 {
		a.gzip = packed.Bytes()
	}
	return a, nil
}

// serves reports whether the app answers a request that no route has: its files,
// and for people's browsers every address that is not the API's.
func (w *web) serves(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || len(w.assets) == 0 {
		return false
	}
	return w.find(r) != nil
}

func (w *web) find(r *http.Request) *asset {
	p := r.URL.Path
	if a := w.assets[p]; a != nil {
		return a
	}
	if strings.HasPrefix(p, "/api/") || strings.HasPrefix(p, "/hooks/") || strings.HasPrefix(p, hashedDir) || p == socketPath ||
		!strings.Contains(r.Header.Get("Accept"), "text/html") {
		return nil
	}
	return w.assets[indexPath]
}

func (w *web) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	a := w.find(r)
	h := rw.Header()
	h.Set("Content-Type", a.mime)
	h.Set("Cache-Control", a.cache)
	h.Set("Vary", "Accept-Encoding")
	body, etag := a.plain, a.etag
	if a.gzip != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body, etag = a.gzip, etag+"-gzip"
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(body))
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if (coding == "gzip" || coding == "*") && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}
