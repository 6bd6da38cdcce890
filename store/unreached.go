package store

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// unreached is why PostgreSQL could not be used, in one line and with what to do.
type unreached struct {
	text string
	err  error
}

func (e *unreached) Error() string { return e.text }
func (e *unreached) Unwrap() error { return e.err }

// whyUnreached explains the error of a first question. The driver tries each
// address with and without TLS and tells of all; the last of them says what is
// wrong. Neither it nor the result holds the password.
func whyUnreached(cfg *pgx.ConnConfig, err error) error {
	at := cfg.Host
	if !strings.HasPrefix(at, "/") {
		at = net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port))
	}
	var pg *pgconn.PgError
	var op *net.OpError
	last := lastOf(err)
	text := fmt.Sprintf("PostgreSQL at %s ", at)
	switch {
	case errors.As(last, &pg) && (pg.Code == "28P01" || pg.Code == "28000"): // invalid_password, invalid_authorization_specification
		text += fmt.Sprintf("does not let the user %q in: %s. Correct the user or the password in PARLEY_DATABASE, or what pg_hba.conf there allows", cfg.User, pg.Message)
	case errors.As(last, &pg) && pg.Code == "3D000": // invalid_catalog_name
		text += fmt.Sprintf("has no database %q. Make it there with CREATE DATABASE, or correct PARLEY_DATABASE", cfg.Database)
	case errors.As(last, &pg):
		text += fmt.Sprintf("refuses: %s (%s). Its log may say more; the address is PARLEY_DATABASE", pg.Message, pg.Code)
	case errors.As(last, &op):
		text += fmt.Sprintf("does not answer: %v. Start it, or correct the address in PARLEY_DATABASE", op.Err)
	default:
		text += fmt.Sprintf("does not answer: %v. Look whether it runs, and at the address in PARLEY_DATABASE", last)
	}
	return &unreached{"store: " + strings.Join(strings.Fields(text), " "), err}
}

// lastOf is the last of the errors that were joined into one.
func lastOf(err error) error {
	var failed *pgconn.ConnectError
	if errors.As(err, &failed) && failed.Unwrap() != nil {
		err = failed.Unwrap()
	}
	for {
		joined, is := err.(interface{ Unwrap() []error })
		if !is || len(joined.Unwrap()) == 0 {
			return err
		}
		all := joined.Unwrap()
		err = all[len(all)-1]
	}
}
