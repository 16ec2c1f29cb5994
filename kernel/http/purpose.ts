/** What a caller says that it asks for, for example "case-review": recorded where personal data is read. Sent by clients, passed on by the gateway. */
export const PURPOSE_HEADER = 'x-purpose';
