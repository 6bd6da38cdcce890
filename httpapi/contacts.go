package httpapi

import (
	"context"
	"strings"

	"parley/desk"
)

const conversationsOfContact = 50

type contactSearch struct {
	Q string `query:"q" maxLength:"200" doc:"A part of a name, user name, number or note. Then there is one page. Without it: all contacts, the newest first."`
	Paging
}

func (s *API) listContacts(ctx context.Context, a desk.Actor, in *contactSearch) (Page[Contact], error) {
	r := s.cfg.Desk.Reader()
	if strings.TrimSpace(in.Q) == "" {
		page, err := r.Contacts(ctx, a.Scope, in.page())
		return pageOf(page, EncodeContact), err
	}
	rows, err := r.SearchContacts(ctx, a.Scope, in.Q, in.Limit)
	return Page[Contact]{Items: encodeAll(rows, EncodeContact)}, err
}

func (s *API) getContact(ctx context.Context, a desk.Actor, in *ByID) (ContactDetail, error) {
	id, err := in.id("The contact")
	if err != nil {
		return ContactDetail{}, err
	}
	r := s.cfg.Desk.Reader()
	row, err := r.Contact(ctx, a.Scope, id)
	if err != nil {
		return ContactDetail{}, err
	}
	page, err := r.Conversations(ctx, a.Scope, desk.Filter{
		View: desk.ViewAll, Sort: desk.SortRecent, Contact: id, Paging: desk.Paging{Limit: conversationsOfContact},
	})
	if err != nil {
		return ContactDetail{}, err
	}
	encode, err := s.conversationEncoder(ctx, a)
	return ContactDetail{EncodeContact(row), encodeAll(page.Items, encode)}, err
}

// ContactUpdate changes what is given and leaves the rest.
type ContactUpdate struct {
	Name *string `json:"name,omitempty" doc:"Empty: what they call themselves is shown."`
	Note *string `json:"note,omitempty"`
}

type contactChange struct {
	ByID
	Body ContactUpdate
}

func (s *API) updateContact(ctx context.Context, a desk.Actor, in *contactChange) (ContactDetail, error) {
	id, err := in.id("The contact")
	if err != nil {
		return ContactDetail{}, err
	}
	if _, err := s.cfg.Desk.SetContact(ctx, a, id, desk.ContactChange{Name: in.Body.Name, Note: in.Body.Note}); err != nil {
		return ContactDetail{}, err
	}
	return s.getContact(ctx, a, &in.ByID)
}
