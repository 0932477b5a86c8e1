package catalog

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"
)

// TokenID identifies a token.
type TokenID int64

// Token lets a program act for a department. The secret is 128 random bits,
// shown once; only its SHA-256 is kept.
type Token struct {
	ID         TokenID
	Hash       string // hex SHA-256 of the secret
	Department DepartmentID
	Label      string // whom it was given to and why
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero: never
	RevokedAt  time.Time // zero: in force
}

// Valid reports whether the token is in force at now.
func (t *Token) Valid(now time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt))
}

// secretPrefix lets secret scanners find a leaked token in a repository.
const secretPrefix = "gk_"

// NewSecret makes a token's secret and the hash to keep of it.
func NewSecret() (secret, hash string) {
	var b [16]byte
	rand.Read(b[:]) // never fails since Go 1.24
	secret = secretPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	return secret, HashSecret(secret)
}

// HashSecret gives what is kept of a secret.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Event is a line of the audit trail: who did what to what, and when.
type Event struct {
	ID      int64
	At      time.Time
	Actor   string            // token label, officer's name, or "system"
	Action  string            // dotted verb: version.publish, token.create
	Object  string            // kind/slug or kind/id
	Details map[string]string // what a later reader needs; never secrets, never cell values
}
