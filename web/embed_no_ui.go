//go:build no_ui

// Package web would hold the built members' app, but this build leaves it out.
package web

import "io/fs"

// Dist returns nil: there is no app in this binary.
func Dist() fs.FS { return nil }
