package metasim

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed screen
var screenFiles embed.FS

// screen serves the customer's phone. The page may be framed by pages of the
// same origin, so that a desk can dock it beside itself.
func screen() http.Handler {
	files, err := fs.Sub(screenFiles, "screen")
	if err != nil {
		return http.NotFoundHandler()
	}
	pages := http.StripPrefix("/sim/", http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "+
			"base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		pages.ServeHTTP(w, r)
	})
}
