"""LlamaIndex's OpenAI classes, for servers that are like OpenAI's."""

from llama_index.core.llms import ChatMessage
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai import OpenAI
from llama_index.llms.openai_like import OpenAILike

from seen import BASE_URL, KEY, MODEL, QUESTION, UNANSWERABLE, say


def main():
    llm = OpenAILike(model="cairn", api_base=BASE_URL, api_key=KEY, is_chat_model=True, context_window=8192, max_retries=0)
    reply = llm.chat([ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content=QUESTION)])
    pieces = list(llm.stream_chat([ChatMessage(role="user", content=QUESTION)]))
    plain = OpenAI(model="gpt-4o-mini", api_base=BASE_URL, api_key=KEY, max_retries=0)
    like = OpenAILikeEmbedding(model_name=MODEL, api_base=BASE_URL, api_key=KEY, max_retries=0)
    own = OpenAIEmbedding(model_name=MODEL, api_base=BASE_URL, api_key=KEY, max_retries=0)
    say(plain=plain.complete(QUESTION).text, plain_streamed="".join(piece.delta or "" for piece in plain.stream_complete(QUESTION)),
        content=reply.message.content, completed=llm.complete(QUESTION).text, streamed="".join(piece.delta or "" for piece in pieces),
        nothing=llm.complete(UNANSWERABLE).text, dimensions=[len(v) for v in like.get_text_embedding_batch(["The pump.", "The filter."])],
        same=like.get_text_embedding("The pump.") == own.get_text_embedding("The pump."))


if __name__ == "__main__":
    main()
