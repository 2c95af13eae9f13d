{{ known('index_reviews') }}
