package httpapi

import "parley/desk"

// ByID is the input of routes about one thing.
type ByID struct {
	ID string `path:"id"`
}

// id reads the path's id. What is not an id does not exist.
func (in ByID) id(what string) (desk.ID, error) {
	id, ok := desk.ParseID(in.ID)
	if !ok {
		return 0, notFound(what)
	}
	return id, nil
}

func notFound(what string) error {
	return desk.Errorf(desk.CodeNotFound, "%s was not found. It may have been deleted, or you may not have access to its channel.", what)
}

// idField reads an optional id of the input; "" is none. what is named without
// an article, such as channel.
func idField(field, what, value string) (desk.ID, error) {
	if value == "" {
		return 0, nil
	}
	id, ok := desk.ParseID(value)
	if !ok {
		return 0, desk.Invalid(field, "This is not the id of a %s.", what)
	}
	return id, nil
}

// Paging is the input of lists.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
}

func (p Paging) page() desk.Paging { return desk.Paging{Limit: p.Limit, Cursor: p.Cursor} }
