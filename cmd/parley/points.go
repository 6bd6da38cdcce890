//go:build !chaos

package main

import "parley/channel"

// crashPoint is set by the build for crash tests only (points_chaos.go).
var crashPoint func(name string) error

func withPoints(d channel.Driver) channel.Driver { return d }
