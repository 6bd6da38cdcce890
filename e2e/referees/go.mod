module parley/e2e/referees

go 1.26

require github.com/piusalfred/whatsapp v0.1.12
