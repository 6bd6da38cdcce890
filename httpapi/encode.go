package httpapi

import (
	"time"

	"parley/desk"
)

// Absent values are null on the wire. These turn desk's zero values into nil.

func idOrNil(id desk.ID) *string { return orNil(id.String()) }

func orNil[S ~string](s S) *S {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func numberOrNil(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// encodeAll never returns nil, so that an empty list is [].
func encodeAll[T, U any](items []T, encode func(T) U) []U {
	all := make([]U, len(items))
	for i, v := range items {
		all[i] = encode(v)
	}
	return all
}

// List is a whole list.
type List[T any] struct {
	Items []T `json:"items"`
}

// Page is a part of a list.
type Page[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor" doc:"Pass it as cursor to get the next page; null on the last one."`
}

func pageOf[T, U any](p desk.Page[T], encode func(T) U) Page[U] {
	return Page[U]{Items: encodeAll(p.Items, encode), NextCursor: orNil(p.NextCursor)}
}

// Names are the names of a workspace's members, removed ones included, by id.
type Names map[desk.ID]string

func (n Names) of(id desk.ID) *string { return orNil(n[id]) }
