"""The second step of a log-in: passkeys, authenticator codes and recovery codes, and who needs one."""
