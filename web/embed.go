//go:build !no_ui

// Package web holds the built members' app. Building the binary without it, for
// work on the server alone, takes the build tag no_ui.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist returns the files of the app, index.html at the top.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is named in the directive above
	}
	return sub
}
